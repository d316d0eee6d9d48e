import { instant } from '../decode/fields.ts';
import type { ResponseReader } from '../decode/response.ts';
import { envelopeField } from '../wire/index.ts';

/** When a write was done, by the upstream's clock, if it tells. */
export type WriteResult = { readonly at: string | undefined };

/** [doc] Every answer tells when it was made. */
export function readWriteResult({ optional }: ResponseReader): WriteResult {
  return { at: optional(envelopeField.generated, instant) };
}
