import { useState } from 'react';
import { Failure } from './Failure';

type Props = {
  /** That of `usePaginationFragment`, as the others. */
  loadNext: (count: number, options: { onComplete: (error: Error | null) => void }) => unknown;
  hasNext: boolean;
  isLoadingNext: boolean;
  /** The number of rows of the next page. */
  pageSize: number;
  label: string;
};

/** The end of a list: a button that loads the next page, or the error of a page that could not be loaded. */
export function LoadMore({ loadNext, hasNext, isLoadingNext, pageSize, label }: Props) {
  const [failure, setFailure] = useState<Error | null>(null);
  const load = () => {
    setFailure(null);
    loadNext(pageSize, { onComplete: setFailure });
  };
  if (failure !== null) return <Failure error={failure} onRetry={load} />;
  if (!hasNext) return null;
  return (
    <button type="button" className="button" onClick={load} disabled={isLoadingNext}>
      {isLoadingNext ? 'Loading …' : label}
    </button>
  );
}
