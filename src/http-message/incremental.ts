import { chooseResponseType, parseRanges, weightOf } from './accept.ts';

/** How an answer is delivered in parts. */
export type Delivery = {
  /** The media type of the response. */
  readonly type: (typeof types)[number];
  /** The format of its parts: that of the drafts from 2022, or the current one. */
  readonly format: '20220824' | 'v0.2';
  /** The parameter of the media type with which the client asked for the format; it is repeated in the response. */
  readonly parameter: string | undefined;
};

const types = ['multipart/mixed', 'text/event-stream'] as const;

/** The parameters that name a format, with its name. */
const formats = { deferspec: '20220824', incrementalspec: 'v0.2' } as const;

/**
 * Chooses how the answer to a document with `@defer` or `@stream` is delivered: by the media type of parts with the highest
 * weight, of equal ones the first. Only a type that is named counts, no wildcard. Without a parameter the format is that of 2022,
 * because clients that name none know no other one; a type with another format counts as absent.
 *
 * @returns undefined where the answer is whole: no such type is accepted, or the client prefers one of JSON by its weight
 */
export function chooseDelivery(accept: string | null | undefined): Delivery | undefined {
  if (accept == null || accept === 'application/json' || accept === '*/*') return undefined;
  const named = parseRanges(accept).flatMap(({ type, parameters, weight }) => {
    const [known] = types.filter((each) => each === type);
    const format = formatOf(parameters);
    return known === undefined || format === undefined || weight === 0 ? [] : [{ type: known, weight, ...format }];
  });
  const [best] = named.sort((a, b) => b.weight - a.weight);
  if (best === undefined) return undefined;
  const whole = chooseResponseType(accept);
  if (whole !== undefined && weightOf(whole, accept) > best.weight) return undefined;
  const { weight: _, ...delivery } = best;
  return delivery;
}

function formatOf(parameters: ReadonlyMap<string, string>): Pick<Delivery, 'format' | 'parameter'> | undefined {
  const { deferspec, incrementalspec } = formats;
  const [legacy, current] = [parameters.get('deferspec'), parameters.get('incrementalspec')];
  if (current !== undefined)
    return current === incrementalspec ? { format: current, parameter: `incrementalSpec=${current}` } : undefined;
  if (legacy !== undefined)
    return legacy === deferspec ? { format: legacy, parameter: `deferSpec=${legacy}` } : undefined;
  return { format: deferspec, parameter: undefined };
}
