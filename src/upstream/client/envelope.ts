import { UpstreamBadResponse } from '../../errors.ts';
import { envelope, envelopeField } from '../wire/index.ts';
import { errorForKo } from './errors.ts';

/**
 * Reads the envelope of a body and returns the body. A response with status 200 can have the status KO in its envelope,
 * which is an error like that of any other status.
 *
 * @throws {PublicError} the error for the code of a KO, or {UpstreamBadResponse} for a body without a valid envelope
 */
export function readEnvelope(body: unknown): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new UpstreamBadResponse('The upstream answered with a body that is not in its contract.');
  }
  // The cast is safe because each property of an object can be read as unknown.
  const { [envelopeField.status]: status, [envelopeField.code]: code } = body as Record<string, unknown>;
  if (status === envelope.ok) return body;
  throw errorForKo(status === envelope.ko ? code : undefined);
}
