import { idPattern } from '../../id.ts';
import { contactField, listParam, path, payload, serviceBlock, serviceField } from '../../upstream/wire/index.ts';
import { type BodyContract, bodies } from '../contract/bodies.ts';
import { wireLine } from '../contract/wire-lines.ts';
import {
  addAnswer,
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
export const readCalls = 9 + 4 * maxSamples;

/** Call 13: the service of the client key. @returns its organizations */
export async function checkService(
  session: Omit<Session, 'organizationId'>,
  issuer: string,
): Promise<readonly string[]> {
  const check = { call: 13, title: 'service of the client key', status: 'success', contract: bodies.service } as const;
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
  } as const;
  const query = { [listParam.size]: '100', [listParam.sortBy]: 'created_absolute', [listParam.sortReverse]: 'true' };
  const open = openCheck();
  const answer = await tryCall(session.probe, { path: path.contacts(organizationId), query, bearer });
  const rows =
    typeof answer !== 'string' && addAnswer(check, open, answer) ? rowsOf(answer.body, payload.contacts) : [];
  if (typeof answer !== 'string' && rows.length > 0) {
    checkCount(open, answer.body, rows);
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
  await checkSamples(
    session,
    cids,
    { call: 2, title: 'profile of a contact', contract: contact },
    path.contact,
    payload.contact,
  );
  await checkSamples(
    session,
    cids,
    { call: 3, title: 'events of a contact', contract: events },
    path.events,
    payload.events,
  );
  await checkSamples(
    session,
    cids,
    { call: 4, title: 'devices of a contact', contract: devices },
    path.devices,
    payload.devices,
  );
  const sessions = { call: 5, title: 'WiFi sessions of a contact', contract: accountings };
  await checkSamples(session, cids, sessions, path.accountings, payload.accountings);
}

async function checkSamples(
  session: Session,
  cids: readonly string[],
  { call, title, contract }: { call: number; title: string; contract: BodyContract },
  pathOf: (cid: string) => string,
  list: string,
): Promise<void> {
  const check = { call, title, status: 'success', contract } as const;
  const open = openCheck();
  let untried: string | undefined = cids.length === 0 ? 'no contact is known' : 'no contact has any';
  for (const cid of cids.slice(0, maxSamples)) {
    const answer = await tryCall(session.probe, { path: pathOf(cid), bearer: session.token });
    if (typeof answer === 'string') untried = answer;
    else if (!addAnswer(check, open, answer)) break;
    else {
      const rows = rowsOf(answer.body, list);
      if (Array.isArray(field(answer.body, list))) checkCount(open, answer.body, rows);
      if (call === 3) checkBlocks(open, rows);
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
