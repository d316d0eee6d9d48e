import { UpstreamBadResponse } from '../errors.ts';
import { errorOfKo } from './failure.ts';
import { envelope, envelopeField } from './wire.ts';

/**
 * Opens the envelope around every body: a 200 may carry KO, which is an error like any other.
 *
 * @throws {PublicError} for a KO, or a body that is no envelope
 */
export function envelopeOf(body: unknown): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new UpstreamBadResponse('The upstream answered with a body that is not in its contract.');
  }
  // An object, of which any property reads as unknown.
  const { [envelopeField.status]: status, [envelopeField.code]: code } = body as Record<string, unknown>;
  if (status === envelope.ok) return body;
  throw errorOfKo(status === envelope.ko ? code : undefined);
}
