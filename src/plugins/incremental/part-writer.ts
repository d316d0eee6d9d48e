import { GraphQLError } from 'graphql';
import { clientKey } from '../../attempts/client-key.ts';
import { ClientGone, toError } from '../../errors.ts';
import type { Delivery } from '../../http-message/incremental.ts';
import { settle } from '../execution.ts';
import type { OperationContext, ServerContext } from '../plugin.ts';
import { tooManyBytes } from '../response-bytes.ts';
import { isLongerThan, stringifyInTurns } from '../response-text.ts';
import type { ResultStep } from '../result-pipeline.ts';
import { createLegacyFormat, type LegacyPart } from './legacy-format.ts';
import { mapErrors, type Part, PendingParts } from './part.ts';

/** What turns the parts of an answer into what the client gets. */
export type DeliverySteps = {
  /** Gives errors their public form. */
  readonly mask: ResultStep;
  /** Adds `extensions` to the last part. */
  readonly extend: ResultStep;
  /** Reports the operation at its end, once, with all of its errors. */
  readonly report: ResultStep;
  /** Bytes of all parts together. */
  readonly maxBytes: number;
};

type Context = ServerContext & OperationContext;

/** The estimate up to which a part is serialized at once: that takes about a millisecond. */
const maxBytesAtOnce = 64_000;

/** Writes the parts of one answer as JSON. */
export class PartWriter {
  /** Whether the last part is written. */
  isDone = false;
  readonly #context: Context;
  readonly #steps: DeliverySteps;
  readonly #convert: (part: Part) => Part | LegacyPart | undefined;
  readonly #owner: string;
  readonly #pending = new PendingParts();
  readonly #errors: GraphQLError[] = [];
  #bytes = 0;
  #isFirst = true;
  #isSettled = false;

  constructor(context: Context, { format }: Delivery, steps: DeliverySteps) {
    const { authenticated, clientAddress } = context;
    this.#context = context;
    this.#steps = steps;
    this.#convert = format === 'v0.2' ? (part) => part : createLegacyFormat();
    this.#owner = authenticated === undefined ? '' : clientKey(authenticated.caller, clientAddress);
  }

  /** @returns undefined for a part without content in the format of the client */
  async write(value: unknown): Promise<string | undefined> {
    if (!isPart(value)) return this.fail(causeOf(value));
    const part = this.#complete(value);
    const converted = this.#convert(part);
    if (converted === undefined) return undefined;
    const text = await this.#stringify(converted);
    if (text === undefined) return this.fail(tooManyBytes(this.#steps.maxBytes, this.#context.operation));
    this.#isFirst = false;
    this.#bytes += Buffer.byteLength(text);
    this.#pending.add(value);
    this.isDone = !value.hasNext;
    return text;
  }

  /** Writes a last part with an error for everything that the client still waits for. */
  fail(error: unknown): string {
    const originalError = toError(error);
    const failure = new GraphQLError(originalError.message, { originalError });
    this.isDone = true;
    const part = this.#isFirst ? { errors: [failure], data: null, hasNext: false } : this.#pending.fail(failure);
    return JSON.stringify(this.#convert(this.#complete(part)));
  }

  /** Ends the operation. Where its last part is not written, the client has left. */
  end(): void {
    if (!this.isDone) this.#mask([new GraphQLError('', { originalError: new ClientGone('The client has left.') })]);
    this.#settle();
    this.#steps.report({ data: {}, ...(this.#errors.length > 0 && { errors: this.#errors }) }, this.#context);
    this.#context.authenticated?.deadline.end();
  }

  /** Masks the errors of a part. The last part has the totals of the operation. */
  #complete(part: Part): Part {
    const masked = mapErrors(part, (errors) => this.#mask(errors));
    if (part.hasNext) return masked;
    this.#settle();
    const { extensions } = this.#steps.extend({ data: {} }, this.#context);
    return extensions === undefined ? masked : { ...masked, extensions };
  }

  #mask(errors: readonly GraphQLError[]): readonly GraphQLError[] {
    const { errors: masked = [] } = this.#steps.mask({ data: {}, errors }, this.#context);
    this.#errors.push(...masked);
    return masked;
  }

  #settle(): void {
    if (!this.#isSettled) settle(this.#context);
    this.#isSettled = true;
  }

  /** @returns undefined where the parts have too many bytes together */
  async #stringify(part: object): Promise<string | undefined> {
    const maxBytes = this.#steps.maxBytes - this.#bytes;
    if (isLongerThan(part, maxBytesAtOnce)) return stringifyInTurns(part, maxBytes, this.#owner);
    const text = JSON.stringify(part);
    return Buffer.byteLength(text) > maxBytes ? undefined : text;
  }
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'hasNext' in value;
}

/** Yoga replaces an error that ends the iteration by a result with it. */
function causeOf(result: unknown): unknown {
  const { errors } = (result ?? {}) as { errors?: readonly GraphQLError[] };
  return errors?.[0];
}
