import { payload } from '../../upstream/wire/index.ts';
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
export const scrollCalls = 2 * (scrolled.pages + 3);

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
  let total: unknown;
  while (end === undefined && pages.length < scrolled.pages) {
    const answer = await readPage(session, list, ids.at(-1), start);
    if (typeof answer === 'string') return closeCheck(session, check, open, answer);
    if (!addAnswer(check, open, answer)) break;
    const rows = rowsOf(answer.body, list.list);
    const id = field(answer.body, list.idField);
    if (pages.length === 0 && rows.length === scrollSize && (id === undefined || id === null)) {
      addFinding(open, { name: list.idField, expected: 'string', came: 'absent', wire: list.wire.id });
    }
    total ??= field(answer.body, payload.total);
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
  if (end !== undefined && typeof total === 'number' && total !== pages.flat().length) {
    const wire = wireLine('payload', 'total');
    addFinding(open, { name: payload.total, expected: 'the number of rows to the end', came: 'another number', wire });
  }
  open.notes.push(end === undefined ? `the scroll did not end within ${scrolled.pages} pages` : `the end is ${end}`);
  if (new Set(ids).size > 1) await checkEarlierId(session, list, open, { id: ids[0], start, page: pages[1] ?? [] });
  else if (ids.length > 1) open.notes.push('the scroll id stays the same');
  closeCheck(session, check, open);
  await checkCall(session, refusalCheck(list.call, `${list.name} with an unknown scroll id`, 'scrollEnded'), {
    path: list.path,
    query: { ...list.query, [list.sizeParam]: String(scrollSize), [list.idParam]: 'contactgraph-doctor' },
    bearer: session.token,
  });
}

/** Sends the first scroll id again, after later ones: an upstream that consumes pages does not answer its page once more. */
async function checkEarlierId(
  session: Session,
  list: ScrolledList,
  open: OpenCheck,
  { id, start, page }: { id: string | undefined; start: number; page: readonly unknown[] },
): Promise<void> {
  open.notes.push('the scroll id changes');
  const answer = await readPage(session, list, id, start);
  if (typeof answer === 'string') return;
  const isRefused = answer.status >= 400;
  open.notes.push(isRefused ? 'an earlier scroll id is refused' : 'an earlier scroll id is answered');
  if (isRefused || page.length === 0 || textOf(rowsOf(answer.body, list.list)) !== textOf(page)) return;
  addFinding(open, { name: list.idField, expected: 'each page once', came: 'the same page again', wire: list.wire.id });
}

/** Finds the time from which the list has about as many rows as are scrolled. @returns why there is none */
async function findStart(session: Session, list: ScrolledList, open: OpenCheck): Promise<number | string> {
  const query = { ...list.query, [list.sizeParam]: String(scrolled.rows) };
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
  const texts = rows.map(textOf);
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
    const wire = list.wire.size;
    addFinding(open, { name: 'size', expected: 'at most as many rows', came: 'more rows', wire });
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
}
