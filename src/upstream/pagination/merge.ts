import { UpstreamBadResponse } from '../../errors.ts';
import { type ScrollCount, statesEnd } from './scroll-count.ts';
import type { ScrollPage } from './scroll-session.ts';
import type { ScrolledList, TimeOrder } from './scrolled-list.ts';

/** Merges the rows of several scrolls in the same order by time into one sequence, in which each row stands once. */
export class Merge<Row> {
  readonly #scrolls: readonly MergedScroll<Row>[];
  readonly #list: Pick<ScrolledList<Row>, 'idOf'>;
  readonly #reverse: boolean;
  /** The ids of all rows of the sequence so far. */
  readonly #ids = new Set<string>();
  /** Number of rows that several scrolls returned, and that were left out therefore. */
  #duplicates = 0;

  constructor(
    scrolls: readonly AsyncGenerator<ScrollPage<Row>>[],
    list: Pick<ScrolledList<Row>, 'idOf'>,
    order: TimeOrder<Row>,
  ) {
    this.#scrolls = scrolls.map((pages) => new MergedScroll(pages, order));
    this.#list = list;
    this.#reverse = order.reverse;
  }

  /**
   * Reads the next `size` rows, fewer at the end. Where a scroll has stated that its rows end, that is confirmed, as it is for
   * a single list.
   *
   * @returns the rows, and how many the upstream has returned for them
   * @throws {UpstreamBadResponse} where a scroll is not in its order
   */
  async read(size: number): Promise<{ rows: readonly Row[]; returned: number }> {
    const rows: Row[] = [];
    const returnedBefore = this.#returned();
    while (rows.length < size) {
      await this.#readHeads(({ ended }) => !ended);
      const row = this.#first()?.take();
      if (row === undefined) break;
      if (this.#isNew(row)) rows.push(row);
    }
    this.#skipDuplicates();
    await this.#readHeads(({ ended, count }) => !ended && statesEnd(count));
    this.#skipDuplicates();
    return { rows, returned: this.#returned() - returnedBefore };
  }

  get ended(): boolean {
    return this.#scrolls.every(({ ended, head }) => ended && head === undefined);
  }

  get hasDuplicates(): boolean {
    return this.#duplicates > 0;
  }

  /** The sum of the numbers of rows that the upstream states; undefined where it does not state one of them. */
  get total(): number | undefined {
    return this.#scrolls.reduce<number | undefined>(
      (sum, { total }) => (sum === undefined || total === undefined ? undefined : sum + total),
      0,
    );
  }

  /** When the first of the scrolls was opened. */
  get generated(): string | undefined {
    const times = this.#scrolls.map(({ generated }) => generated);
    return times.includes(undefined) ? undefined : times.sort()[0];
  }

  #returned(): number {
    return this.#scrolls.reduce((sum, { returned }) => sum + returned, 0);
  }

  /** Adds the id of a row to those of the sequence; false for a row that has been in it before. */
  #isNew(row: Row): boolean {
    const id = this.#list.idOf(row);
    if (this.#ids.has(id)) {
      this.#duplicates += 1;
      return false;
    }
    this.#ids.add(id);
    return true;
  }

  /** Reads pages, side by side, until each scroll that may have further rows has one. */
  async #readHeads(mayHaveRows: (scroll: MergedScroll<Row>) => boolean): Promise<void> {
    const isDue = (scroll: MergedScroll<Row>) => scroll.head === undefined && mayHaveRows(scroll);
    while (this.#scrolls.some(isDue)) await Promise.all(this.#scrolls.filter(isDue).map((scroll) => scroll.readPage()));
  }

  /** The scroll whose next row comes first: of the same time, the first of the scrolls. */
  #first(): MergedScroll<Row> | undefined {
    let first: MergedScroll<Row> | undefined;
    for (const scroll of this.#scrolls) {
      if (scroll.head === undefined) continue;
      if (first === undefined || comesBefore(scroll.time, first.time, this.#reverse)) first = scroll;
    }
    return first;
  }

  /** Drops the next rows of the scrolls that are in the sequence already, so that it has ended where only such rows are left. */
  #skipDuplicates(): void {
    for (const scroll of this.#scrolls) {
      for (let row = scroll.head; row !== undefined && this.#ids.has(this.#list.idOf(row)); row = scroll.head) {
        scroll.take();
        this.#duplicates += 1;
      }
    }
  }
}

/** Whether a time comes first. The empty text stands for a row without a time at the start of its scroll. */
function comesBefore(time: string, other: string, reverse: boolean): boolean {
  if (time === '' || other === '') return other !== '';
  return reverse ? time > other : time < other;
}

/** One of the scrolls of a merge, with the rows that were read of it and are not in the sequence yet. */
class MergedScroll<Row> {
  ended = false;
  total: number | undefined;
  generated: string | undefined;
  count: ScrollCount | undefined;
  /** Number of rows that were taken, and of those that could not be decoded. */
  returned = 0;
  /** The time of the next row. A row without one comes directly after the row before it. */
  time = '';
  #rows: readonly Row[] = [];
  #next = 0;
  readonly #pages: AsyncGenerator<ScrollPage<Row>>;
  readonly #order: TimeOrder<Row>;

  constructor(pages: AsyncGenerator<ScrollPage<Row>>, order: TimeOrder<Row>) {
    this.#pages = pages;
    this.#order = order;
  }

  /** The next row; undefined while no page with one has been read. */
  get head(): Row | undefined {
    return this.#rows[this.#next];
  }

  take(): Row | undefined {
    const row = this.head;
    this.#next += 1;
    this.returned += 1;
    this.#readTime();
    return row;
  }

  async readPage(): Promise<void> {
    const { value: page } = await this.#pages.next();
    if (page === undefined) {
      this.ended = true;
      return;
    }
    this.ended = page.last;
    this.total = page.total;
    this.generated ??= page.generated;
    this.count = page.count;
    this.returned += page.returned - page.rows.length;
    this.#rows = page.rows;
    this.#next = 0;
    this.#readTime();
  }

  #readTime(): void {
    const row = this.head;
    const time = row === undefined ? '' : this.#order.timeOf(row);
    if (time === '') return;
    // A scroll that is not in its order cannot be opened at a position either: rows would be missing.
    if (this.time !== '' && comesBefore(time, this.time, this.#order.reverse)) {
      throw new UpstreamBadResponse('The upstream answered with a list that is not in the requested order.');
    }
    this.time = time;
  }
}
