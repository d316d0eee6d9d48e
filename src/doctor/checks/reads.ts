import { idPattern } from '../../id.ts';
import {
  cappedTotal,
  contactField,
  eventsParam,
  listParam,
  path,
  payload,
  serviceBlock,
  serviceField,
} from '../../upstream/wire/index.ts';
import { bodies } from '../contract/bodies.ts';
import { wireLine } from '../contract/wire-lines.ts';
import {
  addAnswer,
  type CallCheck,
  checkCall,
  closeCheck,
  field,
  type OpenCheck,
  openCheck,
  refusalCheck,
  type Session,
  tryCall,
} from '../session.ts';
import { checkBlocks, checkCount, checkOrder, rowsOf, timeOf, unknownCid } from './rows.ts';

/** How many contacts are read until every name was seen with a value. */
const maxSamples = 5;
/** The largest number of calls of the checks in this file. */
export const readCalls = 4 + 4 * maxSamples;

/** Call 13: the service of the client key. @returns its organizations */
export async function checkService(
  session: Omit<Session, 'organizationId'>,
  issuer: string,
): Promise<readonly string[]> {
  const check = {
    call: 13,
    title: 'service of the client key',
    status: 'success',
    contract: bodies.service,
    path: 'service',
  } as const;
  const body = await checkCall(session, check, { path: path.service(issuer), bearer: session.token });
  const ids = field(field(body, serviceField.service), serviceBlock.organizations);
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string' && idPattern.test(id)) : [];
}

/** Call 1: the newest contacts. @returns the rows */
export async function checkContacts(session: Session): Promise<readonly unknown[]> {
  const { organizationId, token: bearer } = session;
  const check = {
    call: 1,
    title: 'contacts of the organization',
    status: 'success',
    contract: bodies.contacts,
    path: 'contacts',
  } as const;
  const query = { [listParam.size]: '100', [listParam.sortBy]: 'created_absolute', [listParam.sortReverse]: 'true' };
  const open = openCheck();
  const answer = await tryCall(session.probe, { path: path.contacts(organizationId), query, bearer });
  const rows =
    typeof answer !== 'string' && addAnswer(check, open, answer) ? rowsOf(answer.body, payload.contacts) : [];
  if (typeof answer !== 'string' && rows.length > 0) {
    checkCount(open, answer.body, rows);
    const total = field(answer.body, payload.total);
    if (total === cappedTotal) open.notes.push(`the total is ${cappedTotal}, which is taken as a cap`);
    else open.notes.push(typeof total === 'number' ? 'the total is stated' : 'the total is not stated');
    checkOrder(
      open,
      rows.map((row) => timeOf(field(row, contactField.created))),
      wireLine('sortKeys'),
    );
  }
  closeCheck(session, check, open, typeof answer === 'string' ? answer : rows.length === 0 ? 'no contacts' : undefined);
  return rows;
}

/** Calls 2 to 5: the profile, events, devices and WiFi sessions of a few contacts. */
export async function checkContact(session: Session, cids: readonly string[]): Promise<void> {
  const { contact, events, devices, accountings } = bodies;
  const success = { status: 'success' } as const;
  const profile = { call: 2, title: 'profile of a contact', ...success, contract: contact, path: 'contact' } as const;
  await checkSamples(session, cids, profile, payload.contact);
  const latest = { [eventsParam.size]: '100', [eventsParam.sortBy]: 'utcTime', [eventsParam.sortReverse]: 'true' };
  const event = { call: 3, title: 'events of a contact', ...success, contract: events, path: 'events' } as const;
  await checkSamples(session, cids, event, payload.events, latest);
  const device = { call: 4, title: 'devices of a contact', ...success, contract: devices, path: 'devices' } as const;
  await checkSamples(session, cids, device, payload.devices);
  const title = 'WiFi sessions of a contact';
  const accounting = { call: 5, title, ...success, contract: accountings, path: 'accountings' } as const;
  await checkSamples(session, cids, accounting, payload.accountings);
}

async function checkSamples(
  session: Session,
  cids: readonly string[],
  check: CallCheck & { readonly path: 'contact' | 'events' | 'devices' | 'accountings' },
  list: string,
  query?: Readonly<Record<string, string>>,
): Promise<void> {
  const open = openCheck();
  let untried: string | undefined = cids.length === 0 ? 'no contact is known' : 'no contact has any';
  for (const cid of cids.slice(0, maxSamples)) {
    const answer = await tryCall(session.probe, { path: path[check.path](cid), query, bearer: session.token });
    if (typeof answer === 'string') untried &&= answer;
    else if (!addAnswer(check, open, answer)) break;
    else {
      const rows = rowsOf(answer.body, list);
      if (Array.isArray(field(answer.body, list))) checkCount(open, answer.body, rows);
      if (check.path === 'events') checkBlocks(open, rows);
      if (rows.length > 0) untried = undefined;
      if (untried === undefined && isSeen(open)) break;
    }
  }
  closeCheck(session, check, open, untried);
}

/** Calls that the upstream refuses: for a contact that does not exist, and with a parameter that is not allowed. */
export async function checkRefusedReads({ organizationId, token: bearer, ...session }: Session): Promise<void> {
  const absent = refusalCheck(2, 'profile of an unknown contact', 'absent');
  await checkCall(session, absent, { path: path.contact(unknownCid), bearer });
  const invalid = refusalCheck(1, 'contacts with a page size of 0', 'invalid');
  await checkCall(session, invalid, { path: path.contacts(organizationId), query: { [listParam.size]: '0' }, bearer });
}

/** Whether each name was seen with a value, so that no further contact has to be read. */
function isSeen({ observations: { names } }: OpenCheck): boolean {
  return [...names.values()].every(({ kinds }) =>
    [...kinds.keys()].some((kind) => kind !== 'absent' && kind !== 'null'),
  );
}
