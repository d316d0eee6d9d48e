import { parseDecimal } from './decimal.ts';
import { isUtf8Type, type ParsedMediaType, parseMediaType } from './media-type.ts';

/** The media types of responses, by the specification GraphQL over HTTP; the first is the default. */
const responseTypes = ['application/json', 'application/graphql-response+json'] as const;
export type ResponseType = (typeof responseTypes)[number];

/** A longer header, in characters, counts as absent: no client needs one. */
const maxLength = 1_000;

/**
 * Chooses the media type of a response to an operation: that with the highest weight, of equal ones the first in the header.
 * A header that names no media type counts as absent.
 *
 * @returns undefined when the client accepts neither
 */
export function chooseResponseType(accept: string | null | undefined): ResponseType | undefined {
  if (accept == null || accept === 'application/json' || accept === '*/*') return 'application/json';
  const ranges = parseRanges(accept);
  if (ranges.length === 0) return 'application/json';
  const [best] = responseTypes
    .map((type) => ({ type, ...matchOf(type, ranges) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.place - b.place);
  return best?.type;
}

/** Whether an `Accept` header names a media type itself, not by a wildcard, with a weight above 0. */
export function namesType(accept: string | null | undefined, type: string): boolean {
  return parseRanges(accept ?? '').some((range) => range.type === type && range.weight > 0);
}

/**
 * Chooses the content coding with the highest weight in an `Accept-Encoding` header, of equal ones the first of those that are
 * available.
 *
 * @returns `identity` if the header is absent, accepts none of them, or prefers it
 */
export function chooseCoding<C extends string>(
  acceptEncoding: string | null | undefined,
  available: readonly C[],
): C | 'identity' {
  if (acceptEncoding == null) return 'identity';
  const weights = new Map(
    splitList(acceptEncoding).flatMap((member): [string, number][] => {
      const [coding = '', ...parameters] = member
        .toLowerCase()
        .split(';')
        .map((part) => part.trim());
      const weight = parameters.find((part) => part.startsWith('q='))?.slice(2);
      return [[coding === 'x-gzip' ? 'gzip' : coding, parseWeight(weight)]];
    }),
  );
  let [best, highest]: [C | 'identity', number] = ['identity', weights.get('identity') ?? 0];
  for (const coding of available) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    // Of equal weights a coding is preferred to `identity`, but a weight of 0 is a refusal.
    if (weight > highest || (weight === highest && weight > 0 && best === 'identity'))
      [best, highest] = [coding, weight];
  }
  return best;
}

/** A member of an `Accept` header; a range may be `application/*`. */
type Range = ParsedMediaType & { readonly weight: number };

export function parseRanges(accept: string): Range[] {
  return splitList(accept).flatMap((member) => {
    const parsed = parseMediaType(member.replace(/^\*(?=\s*(?:;|$))/, '*/*')); // Java sends `*; q=.2`
    return parsed !== undefined && isUtf8Type(parsed)
      ? [{ ...parsed, weight: parseWeight(parsed.parameters.get('q')) }]
      : [];
  });
}

/** The weight that an `Accept` header gives to a media type. */
export function weightOf(type: ResponseType, accept: string): number {
  return matchOf(type, parseRanges(accept)).weight;
}

/** The weight and place of the range that is most specific for a type. */
function matchOf(type: string, ranges: readonly Range[]): { weight: number; place: number } {
  const wildcard = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const name of [type, wildcard, '*/*']) {
    const place = ranges.findIndex((range) => range.type === name);
    if (place >= 0) return { weight: ranges[place]?.weight ?? 0, place };
  }
  return { weight: 0, place: -1 };
}

/** A weight from 0 to 1; it is 1 where it is absent or no number. */
function parseWeight(text: string | undefined): number {
  return Math.min(1, parseDecimal(text?.replace(/^\./, '0.')) ?? 1);
}

/** Splits a header at its commas, but not within quoted strings. */
function splitList(header: string): string[] {
  if (header.length > maxLength) return [];
  const members = header.match(/(?:[^",]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return members.map((member) => member.trim()).filter((member) => member !== '');
}
