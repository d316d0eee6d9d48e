import type { UpstreamUsage } from '../operation/usage.ts';
import type { ScrolledList } from './scrolled-list.ts';

/**
 * Counts the calls for a list beyond those that the document of the operation shows: a page is one call, and may need more
 * where the upstream returns fewer rows than requested, or where the place of a cursor has to be found again.
 *
 * @param foreseen how many calls the document shows
 */
export function countFurtherCalls<Row>(
  list: ScrolledList<Row>,
  foreseen: number,
  usage: Pick<UpstreamUsage, 'addUnforeseen'>,
): ScrolledList<Row> {
  let calls = 0;
  function count(): void {
    calls += 1;
    if (calls > foreseen) usage.addUnforeseen(1);
  }
  function wrap(each: ScrolledList<Row>): ScrolledList<Row> {
    return {
      ...each,
      open(...args) {
        count();
        return each.open(...args);
      },
      continue(...args) {
        count();
        return each.continue(...args);
      },
      reversed: () => wrap(each.reversed()),
    };
  }
  return wrap(list);
}
