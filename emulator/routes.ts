import { method, path } from '../src/upstream/wire/index.ts';
import type { Endpoint } from './endpoint.ts';
import { accountings } from './endpoints/accountings.ts';
import { appSettings } from './endpoints/app-settings.ts';
import { checkCredentials } from './endpoints/check-credentials.ts';
import { contact } from './endpoints/contact.ts';
import { contactExists } from './endpoints/contact-exists.ts';
import { create } from './endpoints/create-contact.ts';
import { remove } from './endpoints/delete-contact.ts';
import { devices } from './endpoints/devices.ts';
import { events } from './endpoints/events.ts';
import { issueToken } from './endpoints/issue-token.ts';
import { list } from './endpoints/list-contacts.ts';
import { login } from './endpoints/login.ts';
import { logout } from './endpoints/logout.ts';
import { organizationEvents } from './endpoints/organization-events.ts';
import { organizationPolicies } from './endpoints/organization-policies.ts';
import { redeemToken } from './endpoints/redeem-token.ts';
import { registerDevice } from './endpoints/register-device.ts';
import { service } from './endpoints/service.ts';
import { policies } from './endpoints/set-policies.ts';
import { update } from './endpoints/update-contact.ts';

/** The endpoints, of which only `login` needs no token. The first pattern that matches decides. */
const routes = [
  route('login', 'POST', path.login, login),
  route('logout', 'POST', path.logout, logout),
  route('service', 'GET', path.service(':'), service),
  route('contacts', 'GET', path.contacts(':'), list),
  route('redeemToken', 'GET', path.redeemToken(':'), redeemToken),
  route('events', 'GET', path.events(':'), events),
  route('organizationEvents', 'GET', path.organizationEvents(':'), organizationEvents),
  route('devices', 'GET', path.devices(':'), devices),
  route('accountings', 'GET', path.accountings(':'), accountings),
  route('issueToken', 'GET', path.issueToken(':'), issueToken),
  route('contact', 'GET', path.contact(':'), contact),
  route('setPolicies', method.policies, path.policies(':'), policies),
  route('deleteContact', 'DELETE', path.deleteContact(':'), remove),
  route('createContact', 'POST', path.createContact, create),
  route('updateContact', 'PUT', path.updateContact(':'), update),
  route('contactExists', 'GET', path.contactExists(':'), contactExists),
  route('checkCredentials', 'POST', path.checkCredentials, checkCredentials),
  route('organizationPolicies', 'GET', path.organizationPolicies(':'), organizationPolicies),
  route('appSettings', 'GET', path.appSettings(':', ':', ':'), appSettings),
  route('registerDevice', 'POST', path.registerDevice(':'), registerDevice),
] as const;

/** The name of an endpoint in the call log. */
export type RouteName = (typeof routes)[number]['name'] | 'unknown';

/** The names of all routes. */
export const routeNames: readonly RouteName[] = [...routes.map(({ name }) => name), 'unknown'];

/** The route that a path matches. */
export type Match = {
  readonly name: RouteName;
  readonly method: string;
  readonly endpoint: Endpoint | typeof login;
  /** The id in the path, percent-encoded; empty for paths without an id. */
  readonly id: string;
  /** The further values in the path, percent-encoded. */
  readonly more: readonly string[];
};

/** Finds the route of a path. Paths are not normalized: double slashes and dot segments do not match. */
export function matchRoute(pathname: string): Match | undefined {
  for (const { pattern, ...rest } of routes) {
    const found = pattern.exec(pathname);
    if (found === null) continue;
    const [, id = '', ...more] = found;
    return { ...rest, id, more };
  }
  return undefined;
}

function route<Name extends string>(name: Name, method: string, template: string, endpoint: Match['endpoint']) {
  return { name, method, endpoint, pattern: new RegExp(`^${template.replaceAll(':', '([^/]+)')}$`) };
}
