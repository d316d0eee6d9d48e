import { cappedTotal, listParam, payload } from '../../upstream/wire/index.ts';
import { wireLine } from '../contract/wire-lines.ts';
import {
  addAnswer,
  addFinding,
  checkCall,
  closeCheck,
  field,
  type OpenCheck,
  openCheck,
  refusalCheck,
  type Session,
  tryCall,
} from '../session.ts';
import { checkOrder, rowsOf } from './rows.ts';
import { readPage, type ScrolledList, scrollSize } from './scrolled-lists.ts';

/** How many of the newest rows are scrolled, and the largest number of pages. */
const scrolled = { rows: 10, pages: 8 };
/** The largest number of calls of the checks in this file. */
export const scrollCalls = 2 * (scrolled.pages + 2);
/** Reads a list to its end, and compares how it behaves. */
export async function checkScroll(session: Session, list: ScrolledList): Promise<void> {
  const check = {
    call: list.call,
    title: `scroll of ${list.name}`,
    status: 'success',
    contract: list.contract,
    isRepeated: true,
  } as const;
  const open = openCheck();
  const start = await findStart(session, list, open);
  if (typeof start === 'string') return closeCheck(session, check, open, start);
  const pages: (readonly unknown[])[] = [];
  const ids: string[] = [];
  let end: string | undefined;
  while (end === undefined && pages.length < scrolled.pages) {
    const answer = await readPage(session, list, ids.at(-1), new Date(start).toISOString().replace('.000Z', 'Z'));
    if (typeof answer === 'string') return closeCheck(session, check, open, answer);
    if (!addAnswer(check, open, answer)) break;
    const rows = rowsOf(answer.body, list.list);
    const id = field(answer.body, list.idField);
    if (pages.length === 0 && rows.length === scrollSize && (id === undefined || id === null)) {
      addFinding(open, { name: list.idField, expected: 'string', came: 'absent', wire: list.wire.id });
    }
    if (pages.length === 0) checkTotal(open, field(answer.body, payload.total));
    pages.push(rows);
    end =
      rows.length === 0
        ? 'a page without rows'
        : typeof id === 'string' && id !== ''
          ? undefined
          : 'a page without a scroll id';
    if (typeof id === 'string') ids.push(id);
  }
  checkPages(open, list, pages, start);
  open.notes.push(end === undefined ? `the scroll did not end within ${scrolled.pages} pages` : `the end is ${end}`);
  if (ids.length > 1) open.notes.push(new Set(ids).size > 1 ? 'the scroll id changes' : 'the scroll id stays the same');
  closeCheck(session, check, open);
  await checkCall(session, refusalCheck(list.call, `${list.name} with an unknown scroll id`, 'scrollEnded'), {
    path: list.path,
    query: { ...list.query, size: String(scrollSize), [list.idParam]: 'contactgraph-doctor' },
    bearer: session.token,
  });
}

/** Finds the time from which the list has about as many rows as are scrolled. @returns why there is none */
async function findStart(session: Session, list: ScrolledList, open: OpenCheck): Promise<number | string> {
  const query = { ...list.query, [listParam.size]: String(scrolled.rows) };
  const answer = await tryCall(session.probe, { path: list.path, query, bearer: session.token });
  if (typeof answer === 'string') return answer;
  const check = { call: list.call, title: '', status: 'success', contract: list.contract } as const;
  if (!addAnswer(check, open, answer)) return `status ${answer.status}`;
  const times = rowsOf(answer.body, list.list).map(list.timeOf);
  const start = times.at(-1);
  return start === undefined || times.length < 2 ? 'there are too few rows' : Math.floor(start / 1000) * 1000;
}

/** Checks that the pages are in order, that no row comes twice, and that the rows are those of the requested time. */
function checkPages(open: OpenCheck, list: ScrolledList, pages: readonly (readonly unknown[])[], start: number): void {
  const rows = pages.flat();
  const texts = rows.map((row) =>
    JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
  if (new Set(texts).size < texts.length) {
    addFinding(open, {
      name: 'rows',
      expected: 'each row on one page',
      came: 'rows on several pages',
      wire: list.wire.id,
    });
  }
  const times = rows.map(list.timeOf);
  checkOrder(open, times, wireLine(list.call === 1 ? 'sortKeys' : 'eventSortKeys'));
  if (times.some((time) => time !== undefined && time < start)) {
    addFinding(open, {
      name: list.startParam,
      expected: 'rows from this time on',
      came: 'older rows',
      wire: list.wire.start,
    });
  }
  if (pages.some((page) => page.length > scrollSize)) {
    const wire = wireLine(list.call === 1 ? 'listParam' : 'eventsParam', 'size');
    addFinding(open, { name: 'size', expected: 'at most as many rows', came: 'more rows', wire });
  }
}

function checkTotal(open: OpenCheck, total: unknown): void {
  if (typeof total !== 'number') return;
  open.notes.push(total === cappedTotal ? 'the total is capped' : 'the total is stated');
}
