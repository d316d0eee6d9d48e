import { idPattern } from '../../id.ts';
import { contactField, existenceField, existsParam, listParam, path, payload } from '../../upstream/wire/index.ts';
import { bodies } from '../contract/bodies.ts';
import { checkCall, closeCheck, field, openCheck, type Session, tryCall } from '../session.ts';
import { rowsOf } from './rows.ts';

/** The largest number of calls that clean up. */
export const cleanUpCalls = 6;

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
  // The upstream may ignore the filter, so that only the contact with this address is taken.
  const row = rows.find((each) => field(each, contactField.email) === email);
  const exists = await tryCall(probe, {
    path: path.contactExists(organizationId),
    query: { [existsParam.email]: email },
    bearer,
  });
  const found =
    field(row, contactField.cid) ?? (typeof exists === 'string' ? undefined : field(exists.body, existenceField.id));
  return typeof found === 'string' && idPattern.test(found) ? found : undefined;
}

/**
 * Call 7: deletes the contact, and checks that it is gone.
 *
 * @returns what to do if it is not
 */
export async function deleteContact(
  session: Session,
  cid: string | undefined,
  email: string,
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
    return undefined;
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
