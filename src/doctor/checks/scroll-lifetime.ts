import { setTimeout as sleep } from 'node:timers/promises';
import { bodies } from '../contract/bodies.ts';
import { checkCall, closeCheck, field, openCheck, type Session } from '../session.ts';
import { contactList, readPage, scrollSize } from './scrolled-lists.ts';

/** The calls of this check. */
export const lifetimeCalls = 4;

/**
 * Finds out how long a scroll of contacts lives: one that is unused for a minute must go on, and one that is unused for more
 * than two minutes is expected to end.
 */
export async function checkScrollLifetime(
  session: Session,
  pause: (ms: number) => Promise<void> = (ms) => sleep(ms),
): Promise<void> {
  const list = contactList(session);
  for (const [seconds, status] of [
    [60, 'success'],
    [150, 'scrollEnded'],
  ] as const) {
    const title = `scroll after ${seconds} unused seconds`;
    const first = await readPage(session, list, undefined);
    const id = typeof first === 'string' ? undefined : field(first.body, list.idField);
    const contract = status === 'success' ? list.contract : bodies.error;
    const check = { call: 1, title, status, contract } as const;
    if (typeof id !== 'string' || id === '') closeCheck(session, check, openCheck(), 'there is no scroll id');
    else {
      await pause(seconds * 1000);
      const query = { ...list.query, [list.sizeParam]: String(scrollSize), [list.idParam]: id };
      await checkCall(session, check, { path: list.path, query, bearer: session.token });
    }
  }
}
