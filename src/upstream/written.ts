import type { Answer } from './answer.ts';
import { instant } from './fields.ts';
import { envelopeField } from './wire.ts';

/** When a write was done, by the upstream's clock, if it tells. */
export type Written = { readonly at: string | undefined };

/** [doc] Every answer tells when it was made. */
export function toWritten({ find }: Answer): Written {
  return { at: find(envelopeField.generated, instant) };
}
