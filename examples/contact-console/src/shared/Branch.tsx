import { type PropsWithChildren, Suspense, useId } from 'react';
import { ErrorBoundary } from './ErrorBoundary';
import { Failure } from './Failure';
import { useReload } from './reload';
import { Skeleton } from './Skeleton';

/** A card of a page whose data may arrive later than the rest, or not at all, without an effect on the other cards. */
export function Branch({ title, className = '', children }: PropsWithChildren<{ title: string; className?: string }>) {
  const { fetchKey, reload } = useReload();
  const headingId = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={headingId}>
      <h2 id={headingId}>{title}</h2>
      <ErrorBoundary resetKey={fetchKey} fallback={(error) => <Failure error={error} onRetry={reload} />}>
        <Suspense fallback={<Skeleton label={`${title} …`} lines={3} />}>{children}</Suspense>
      </ErrorBoundary>
    </section>
  );
}
