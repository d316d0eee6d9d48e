import { UpstreamBadResponse } from '../../errors.ts';
import { envelope, envelopeField } from '../wire/index.ts';
import { errorForKo } from './errors.ts';

/**
 * Opens the envelope around every body: a 200 may carry KO, which is an error like any other.
 *
 * @throws {PublicError} for a KO, or a body that is no envelope
 */
export function readEnvelope(body: unknown): object {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new UpstreamBadResponse('The upstream answered with a body that is not in its contract.');
  }
  // An object, of which any property reads as unknown.
  const { [envelopeField.status]: status, [envelopeField.code]: code } = body as Record<string, unknown>;
  if (status === envelope.ok) return body;
  throw errorForKo(status === envelope.ko ? code : undefined);
}
