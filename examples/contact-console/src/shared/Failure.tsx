import { GatewayError, sentenceFor } from '../relay/gateway-error';

/** Says what could not be loaded or saved, and offers to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const requestId = error instanceof GatewayError ? error.requestId : undefined;
  return (
    <div className="failure" role="alert">
      <p>{sentenceFor(error)}</p>
      {requestId !== undefined && <p className="failure-id">Request {requestId}</p>}
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
