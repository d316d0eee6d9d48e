import { randomBytes } from 'node:crypto';
import { Secret } from '../../crypto/secret.ts';
import { idPattern } from '../../id.ts';
import {
  acceptanceField,
  appDeviceField,
  appSource,
  contactBlock,
  contactField,
  createdField,
  createField,
  mandatoryPolicies,
  method,
  param,
  path,
  payload,
  policiesField,
  updateField,
} from '../../upstream/wire/index.ts';
import { bodies } from '../contract/bodies.ts';
import { wireLine } from '../contract/wire-lines.ts';
import type { Answer } from '../probe.ts';
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
import { deleteContact, findContact } from './clean-up.ts';
import { credentialsOf } from './organization.ts';
import { rowsOf } from './rows.ts';

/** The largest number of calls of the checks in this file, without those that clean up. */
export const writeCalls = 9;

/**
 * Calls 6 to 11, 16 and 18 with a contact that is created for this and deleted at the end, whatever happens in between.
 *
 * @returns what to do if the contact could not be deleted
 */
export async function checkWrites(session: Session): Promise<string | undefined> {
  const email = `contactgraph-doctor-${randomBytes(8).toString('hex')}@example.com`;
  let cid: string | undefined;
  let mayExist = true;
  try {
    const answer = await create(session, email);
    mayExist = typeof answer === 'string' || answer.status < 300 || answer.status >= 500;
    const body = typeof answer === 'string' ? undefined : answer.body;
    const id = field(body, createdField.id);
    if (mayExist && typeof id === 'string' && idPattern.test(id)) cid = id;
    if (cid !== undefined) await useContact(session, cid, email, body);
  } finally {
    session.probe.beginCleanUp(); // What follows must also happen when the check was stopped.
    if (mayExist) cid ??= await findContact(session, email);
  }
  return deleteContact(session, { cid, email, mayExist });
}

/** Creates the contact. @returns the answer, or why there is none */
async function create(session: Session, email: string): Promise<Answer | string> {
  const { organizationId, token: bearer } = session;
  const check = {
    call: 8,
    title: 'create a contact',
    status: 'success',
    contract: bodies.created,
    path: 'createContact',
  } as const;
  const body = {
    ...{ [createField.organizationId]: organizationId, [createField.source]: 'api', [createField.email]: email },
    ...{ [createField.firstName]: 'Contactgraph', [createField.lastName]: 'Doctor' },
    [createField.policies]: Object.fromEntries(mandatoryPolicies.map((key) => [key, true])),
  };
  const open = openCheck();
  const answer = await tryCall(session.probe, { method: 'POST', path: path.createContact, body, bearer });
  if (typeof answer !== 'string') addAnswer(check, open, answer);
  closeCheck(session, check, open, typeof answer === 'string' ? answer : undefined);
  return answer;
}

async function useContact(session: Session, cid: string, email: string, created: unknown): Promise<void> {
  const { organizationId, token: bearer } = session;
  const success = { status: 'success', contract: bodies.written } as const;
  const update = { call: 9, title: 'update a contact', path: 'updateContact', ...success } as const;
  const changes = { [updateField.lastName]: 'Doctor updated' };
  await checkCall(session, update, { method: 'PUT', path: path.updateContact(cid), body: changes, bearer });

  const accept = { call: 6, title: 'set policies of a contact', path: 'policies', ...success } as const;
  const acceptance = { [acceptanceField.key]: 'mktgCommunications', [acceptanceField.accepted]: true };
  const policies = { [policiesField.policies]: [acceptance] };
  await checkCall(session, accept, { method: method.policies, path: path.policies(cid), body: policies, bearer });
  await checkWritten(session, cid, email);

  const device = { call: 18, title: 'register a device of a contact', path: 'registerDevice', ...success } as const;
  const guid = { [appDeviceField.source]: appSource, [appDeviceField.guid]: `contactgraph-doctor-${cid}` };
  await checkCall(session, device, { method: 'POST', path: path.registerDevice(cid), body: guid, bearer });
  await checkToken(session, cid);

  const [username, password] = [field(created, createdField.username), field(created, createdField.password)];
  const credentials = {
    call: 16,
    title: 'credentials of a contact',
    status: 'success',
    contract: bodies.existence,
  } as const;
  if (typeof username === 'string' && typeof password === 'string') {
    const body = credentialsOf(username, new Secret(password), organizationId);
    await checkCall(session, credentials, { method: 'POST', path: path.checkCredentials, body, bearer });
  } else closeCheck(session, credentials, openCheck(), 'the creation answered no username and password');
}

/** Reads the contact again, and compares what was written. */
async function checkWritten(session: Session, cid: string, email: string): Promise<void> {
  // A new contact lacks most values, and the profiles of other contacts are compared anyway.
  const check = {
    call: 2,
    title: 'profile after the writes',
    status: 'success',
    contract: { ...bodies.written },
  } as const;
  const open = openCheck();
  const answer = await tryCall(session.probe, { path: path.contact(cid), bearer: session.token });
  if (typeof answer !== 'string' && addAnswer(check, open, answer)) {
    const profile = field(answer.body, payload.contact);
    const expected = { [contactField.email]: email, [contactField.lastName]: 'Doctor updated' };
    for (const [name, value] of Object.entries(expected)) {
      if (field(profile, name) === value) continue;
      addFinding(open, {
        name,
        expected: 'the value that was written',
        came: 'another one',
        wire: wireLine('updateField', name),
      });
    }
    const accepted = rowsOf(profile, contactField.policies).some(
      (row) =>
        field(row, contactBlock.policies.name) === 'mktgCommunications' &&
        field(row, contactBlock.policies.accepted) === true,
    );
    if (!accepted) {
      const wire = wireLine('acceptanceField', 'key');
      addFinding(open, {
        name: contactField.policies,
        expected: 'the acceptance that was written',
        came: 'another one',
        wire,
      });
    }
    open.observations.others.clear(); // The rest of the profile is no subject of this check.
  }
  closeCheck(session, check, open, typeof answer === 'string' ? answer : undefined);
}

/** Issues a customer token with one hit, and redeems it twice. */
async function checkToken(session: Session, cid: string): Promise<void> {
  const bearer = session.token;
  const issue = {
    call: 10,
    title: 'issue a customer token',
    status: 'success',
    contract: bodies.token,
    path: 'issueToken',
  } as const;
  const query = { [param.expiration]: '60', [param.hits]: '1' };
  const token = field(await checkCall(session, issue, { path: path.issueToken(cid), query, bearer }), payload.token);
  const redeem = {
    call: 11,
    title: 'redeem a customer token',
    status: 'success',
    contract: bodies.tokenOwner,
  } as const;
  if (typeof token !== 'string' || !/^[\w.-]+$/.test(token))
    return closeCheck(session, redeem, openCheck(), 'there is no token');
  const request = { path: path.redeemToken(token), bearer };
  await checkCall(session, redeem, request);
  await checkCall(session, refusalCheck(11, 'redeem a token that is used up', 'gone'), request);
}
