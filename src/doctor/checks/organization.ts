import { randomBytes } from 'node:crypto';
import type { Secret } from '../../crypto/secret.ts';
import {
  credentialsField,
  eventBlock,
  eventField,
  eventsParam,
  existenceField,
  existsParam,
  expectedStatus,
  path,
  payload,
} from '../../upstream/wire/index.ts';
import { bodies } from '../contract/bodies.ts';
import { wireLine } from '../contract/wire-lines.ts';
import type { ProbeRequest } from '../probe.ts';
import {
  addAnswer,
  addFinding,
  checkCall,
  closeCheck,
  field,
  openCheck,
  refusalCheck,
  type Session,
  tryCall,
} from '../session.ts';
import { checkBlocks, checkCount, checkOrder, rowsOf, timeOf, unknownCid } from './rows.ts';

/** The largest number of calls of the checks in this file. */
export const organizationCalls = 6;

/** Calls 14 to 17 and 20, which are about the organization. */
export async function checkOrganization(
  session: Session,
  cid: string | undefined,
  app: string | undefined,
): Promise<void> {
  const { organizationId, token: bearer, report } = session;
  const exists = path.contactExists(organizationId);
  const existence = {
    call: 14,
    title: 'whether a contact exists',
    status: 'success',
    contract: bodies.existence,
    path: 'contactExists',
  } as const;
  if (cid === undefined) closeCheck(session, existence, openCheck(), 'no contact is known');
  else await checkCall(session, existence, { path: exists, query: { [existsParam.cid]: cid }, bearer });
  await checkAbsence(session, 14, 'whether an unknown contact exists', expectedStatus.absent, {
    ...{ path: exists, query: { [existsParam.cid]: unknownCid }, bearer },
  });

  const policies = {
    call: 15,
    title: 'policies of the organization',
    status: 'success',
    contract: bodies.policies,
    path: 'organizationPolicies',
  } as const;
  await checkCall(session, policies, { path: path.organizationPolicies(organizationId), bearer });

  // An upstream that counts wrong attempts must not count those of earlier checks.
  const unknown = `contactgraph-doctor-${randomBytes(8).toString('hex')}`;
  const body = credentialsOf(unknown, 'not a password', organizationId);
  await checkAbsence(
    session,
    16,
    'credentials that do not belong together',
    [...expectedStatus.absent, ...expectedStatus.invalid],
    {
      ...{ method: 'POST', path: path.checkCredentials, body, bearer },
    },
  );

  const settings = {
    call: 17,
    title: 'settings of an app',
    status: 'success',
    contract: bodies.appSettings,
    path: 'appSettings',
  } as const;
  const [os = '', bundle = ''] = app?.split('_') ?? [];
  if (app === undefined) {
    report({
      call: 17,
      title: settings.title,
      outcome: 'untried',
      detail: 'use --app <os>_<bundle>',
      findings: [],
      notes: [],
    });
  } else await checkCall(session, settings, { path: path.appSettings(organizationId, os, bundle), bearer });

  const events = {
    call: 20,
    title: 'events of the organization',
    status: 'success',
    contract: bodies.events,
    path: 'organizationEvents',
  } as const;
  const open = openCheck();
  const query = { [eventsParam.size]: '200', [eventsParam.sortBy]: 'utcTime', [eventsParam.sortReverse]: 'true' };
  const answer = await tryCall(session.probe, { path: path.organizationEvents(organizationId), query, bearer });
  const rows = typeof answer !== 'string' && addAnswer(events, open, answer) ? rowsOf(answer.body, payload.events) : [];
  if (typeof answer !== 'string' && rows.length > 0) {
    checkCount(open, answer.body, rows);
    checkBlocks(open, rows);
    const times = rows.map((row) => timeOf(field(field(row, eventField.when), eventBlock.when.createdAt)));
    checkOrder(open, times, wireLine('eventSortKeys'));
  }
  closeCheck(session, events, open, typeof answer === 'string' ? answer : rows.length === 0 ? 'no events' : undefined);
}

/** The body of call 16. */
export function credentialsOf(username: string, password: string | Secret, organizationId: string) {
  const text = typeof password === 'string' ? password : password.reveal();
  const { username: name, password: secret, organizationId: organization } = credentialsField;
  return { [name]: username, [secret]: text, [organization]: organizationId };
}

/** Checks that an upstream says that there is none: by one of the statuses, or by a success with `present: false`. */
async function checkAbsence(
  session: Session,
  call: number,
  title: string,
  statuses: readonly number[],
  request: ProbeRequest,
): Promise<void> {
  const answer = await tryCall(session.probe, request);
  const isRefusal = typeof answer !== 'string' && statuses.includes(answer.status);
  const success = { call, title, status: 'success', contract: bodies.absence } as const;
  const check = isRefusal ? { ...refusalCheck(call, title, answer.status === 404 ? 'absent' : 'invalid') } : success;
  const open = openCheck();
  if (typeof answer !== 'string' && addAnswer(check, open, answer) && !isRefusal) {
    if (field(answer.body, existenceField.present) !== false) {
      const wire = wireLine('existenceField', existenceField.present);
      addFinding(open, { name: existenceField.present, expected: 'false', came: 'another value', wire });
    }
  }
  closeCheck(session, check, open, typeof answer === 'string' ? answer : undefined);
}
