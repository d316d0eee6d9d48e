import type { Body } from './altered-upstream.ts';

/** States a total in place of the true one. `read` is the number of rows up to the end of the page, from its scroll's start. */
export type Lie = (truth: { total: number; rows: number; read: number; nth: number }) => unknown;

/** Totals that are too small or no number of rows: nothing is missing, so that they must not cause an error. */
export const harmless: Record<string, Lie> = {
  'one too small': ({ total }) => total - 1,
  'half of the rows': ({ total }) => Math.floor(total / 2),
  'the size of the page': ({ rows }) => rows,
  'the rows read so far': ({ read }) => read,
  'the rows that follow': ({ total, read }) => total - read,
  'a zero': () => 0,
  'capped at 7': ({ total }) => Math.min(total, 7),
  'capped at 10,000': () => 10_000,
  'minus one': () => -1,
  'a fraction': () => 1.5,
  'an object': ({ total }) => ({ value: total, relation: 'gte' }),
  'an array': ({ total }) => [total],
  'a boolean': () => true,
  'a word': () => 'many',
  'an empty text': () => '',
  'a null': () => null,
  'beyond 32 bits': () => 2 ** 40,
  'another one on each page': ({ nth }) => 5 + nth * 3,
  'alternately true and zero': ({ total, nth }) => (nth % 2 === 0 ? total : 0),
};

/** Totals that are too large: some rows seem to be missing. */
export const excessive: Record<string, Lie> = {
  'one too large': ({ total }) => total + 1,
  'ten times the rows': ({ total }) => total * 10 + 3,
};

/** Replaces the total and the count of each page: the function for `alter`. */
export function lieAbout(lie: Lie) {
  const read = new Map<unknown, number>();
  return (body: Body, nth: number, request: URL) => {
    const rows = (body['customers'] as unknown[]).length;
    const before = read.get(request.searchParams.get('sid')) ?? 0;
    read.set(body['sid'], before + rows);
    body['total'] = lie({ total: Number(body['total']), rows, read: before + rows, nth });
    body['count'] = body['total'];
  };
}
