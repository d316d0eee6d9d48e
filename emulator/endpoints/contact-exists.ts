import { existenceField, existsParam } from '../../src/upstream/wire/index.ts';
import { forbidden, notFound, validationError } from '../api-error.ts';
import type { Contact } from '../contact.ts';
import type { SearchField } from '../contact-index.ts';
import type { ContactStore } from '../contact-store.ts';
import { type Endpoint, readScopes } from '../endpoint.ts';
import { parseText } from '../param-values.ts';
import { type Params, rejectUnknownParams } from '../query-params.ts';

/** Endpoint 14: whether a contact has all values of the parameters, of which there is at least one. */
export const contactExists: Endpoint = {
  scopes: readScopes,
  handle({ id, organization, params }, { absence }) {
    if (id !== organization.organizationId) throw forbidden();
    rejectUnknownParams(params, (name) => names.has(name));
    if (params.size === 0) throw validationError('At least one parameter is needed');
    const contact = findContact(organization.store, params);
    if (contact !== undefined) return presence(contact);
    if (absence.current() !== 'present-false') throw notFound();
    return { [existenceField.present]: false };
  },
};

/** The answer for a contact that exists, which is also that of endpoint 16. */
export function presence({ cid, extId }: Contact): object {
  return { [existenceField.present]: true, [existenceField.id]: cid, [existenceField.extId]: extId?.id ?? null };
}

const names: ReadonlySet<string> = new Set(Object.values(existsParam));

const searches = new Map<string, SearchField>([
  [existsParam.username, 'username'],
  [existsParam.email, 'email'],
  [existsParam.phoneNumber, 'phone'],
  [existsParam.extId, 'extId'],
  [existsParam.extProp1, 'extProp1'],
  [existsParam.extProp2, 'extProp2'],
]);

function findContact(store: ContactStore, params: Params): Contact | undefined {
  const matches = [...params].map(([name, value]) => {
    const text = parseText(name, value);
    const field = searches.get(name);
    return field === undefined ? [store.find(text)].filter((found) => found !== undefined) : store.search(field, text);
  });
  const [first = [], ...others] = matches;
  return first.find((contact) => others.every((found) => found.includes(contact)));
}
