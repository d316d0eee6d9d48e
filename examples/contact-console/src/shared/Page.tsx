import { type PropsWithChildren, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { ErrorBoundary } from './ErrorBoundary';
import { Failure } from './Failure';
import { ReloadProvider, useReload } from './reload';
import { Skeleton } from './Skeleton';

/** A page of the app: its title, its error boundary, and what shows until its first data is there. */
export function Page({ children }: PropsWithChildren) {
  return (
    <ReloadProvider>
      <PageBoundary>{children}</PageBoundary>
    </ReloadProvider>
  );
}

function PageBoundary({ children }: PropsWithChildren) {
  const { fetchKey, reload } = useReload();
  return (
    <ErrorBoundary
      resetKey={fetchKey}
      fallback={(error) => (
        <div className="page">
          <Failure error={error} onRetry={reload} />
        </div>
      )}
    >
      <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
    </ErrorBoundary>
  );
}

function PageSkeleton() {
  return (
    <div className="page">
      <Skeleton label="Loading …" lines={8} />
    </div>
  );
}

/** The heading of a page. It takes the focus when the page opens, so that screen readers read it and Tab goes on from it. */
export function PageTitle({ title, children = title }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Contact console`;
    heading.current?.focus();
  }, [title]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
