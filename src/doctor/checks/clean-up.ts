import { idPattern } from '../../id.ts';
import { contactField, existenceField, existsParam, listParam, path, payload } from '../../upstream/wire/index.ts';
import { bodies } from '../contract/bodies.ts';
import { checkCall, closeCheck, field, openCheck, type Session, tryCall } from '../session.ts';
import { rowsOf } from './rows.ts';

/** The largest number of calls that clean up. */
export const cleanUpCalls = 7;

/** Finds the contact whose creation gave no id, for example because the answer was lost. */
export async function findContact(
  { probe, organizationId, token: bearer }: Session,
  email: string,
): Promise<string | undefined> {
  const listed = await tryCall(probe, {
    path: path.contacts(organizationId),
    query: { [listParam.email]: email },
    bearer,
  });
  const rows = typeof listed === 'string' ? [] : rowsOf(listed.body, payload.contacts);
  // The upstream may ignore the filter, and another contact must not be deleted: only the one with this address is taken.
  const row = rows.find((each) => field(each, contactField.email) === email);
  const cid = field(row, contactField.cid);
  if (typeof cid === 'string' && idPattern.test(cid)) return cid;
  const exists = await tryCall(probe, {
    path: path.contactExists(organizationId),
    query: { [existsParam.email]: email },
    bearer,
  });
  const found = typeof exists === 'string' ? undefined : field(exists.body, existenceField.id);
  if (typeof found !== 'string' || !idPattern.test(found)) return undefined;
  const read = await tryCall(probe, { path: path.contact(found), bearer });
  const profile = typeof read === 'string' ? undefined : field(read.body, payload.contact);
  return field(profile, contactField.email) === email ? found : undefined;
}

/**
 * Call 7: deletes the contact, and checks that it is gone.
 *
 * @param cid undefined for a contact that was not found
 * @param mayExist whether the creation may have succeeded
 * @returns what to do if it is not
 */
export async function deleteContact(
  session: Session,
  { cid, email, mayExist }: { cid: string | undefined; email: string; mayExist: boolean },
): Promise<string | undefined> {
  const bearer = session.token;
  const check = {
    call: 7,
    title: 'delete a contact',
    status: 'success',
    contract: bodies.written,
    path: 'deleteContact',
  } as const;
  if (cid === undefined) {
    closeCheck(session, check, openCheck(), 'no contact was found that this check had created');
    return mayExist ? `a contact with the address ${email} may exist: look for it, and delete it` : undefined;
  }
  await checkCall(session, check, { method: 'DELETE', path: path.deleteContact(cid), bearer });
  const isGone = async () => {
    const answer = await tryCall(session.probe, { path: path.contact(cid), bearer });
    return typeof answer !== 'string' && answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  };
  if (await isGone()) return undefined;
  await tryCall(session.probe, { method: 'DELETE', path: path.deleteContact(cid), bearer });
  if (await isGone()) return undefined;
  return `the contact that was created for this check may still exist: delete the contact with the id ${cid} and the address ${email}`;
}
