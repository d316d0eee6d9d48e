import { QueryTooExpensive } from '../errors.ts';
import type { CostEstimate } from './operation-cost.ts';

/** An operation that asks for more upstream calls than one operation, or one request, may make. */
export class TooManyCalls extends QueryTooExpensive {
  readonly #requested: number;
  readonly #allowed: number;
  readonly #field: readonly string[];

  /**
   * @param requested by all operations of the request up to this one
   * @param largest the field of this operation that costs most
   */
  constructor(requested: number, allowed: number, largest: CostEstimate['largest']) {
    const { name = 'A field', calls = 0, path = [] } = largest ?? {};
    super(
      `This asks for up to ${requested} upstream calls, and ${allowed} are allowed. ${name} asks for most, ${calls} in one place. Ask for fewer rows with "first" or "last", for fewer ids, or leave out fields that cost a call for each contact.`,
    );
    this.#requested = requested;
    this.#allowed = allowed;
    this.#field = path;
  }

  override get extensions(): { code: string } & Record<string, unknown> {
    return { ...super.extensions, requested: this.#requested, allowed: this.#allowed, field: this.#field };
  }
}
