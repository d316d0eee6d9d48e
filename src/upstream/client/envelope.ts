import { UpstreamBadResponse } from '../../errors.ts';
import { parseJson } from '../decode/json.ts';
import { envelope, envelopeField } from '../wire/index.ts';
import { errorForKo } from './errors.ts';

/** Whether a body has the envelope of the API, whatever its status is. */
export function hasEnvelope(bytes: Buffer): boolean {
  try {
    const { [envelopeField.status]: status } = Object(parseJson(bytes)) as Record<string, unknown>;
    return status === envelope.ok || status === envelope.ko;
  } catch {
    return false;
  }
}

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
