import { method, path } from '../src/upstream/wire.ts';
import type { Endpoint } from './call.ts';
import { accountings } from './calls/accountings.ts';
import { contact } from './calls/contact.ts';
import { create } from './calls/create.ts';
import { devices } from './calls/devices.ts';
import { events } from './calls/events.ts';
import { issueToken } from './calls/issue-token.ts';
import { list } from './calls/list.ts';
import { login } from './calls/login.ts';
import { policies } from './calls/policies.ts';
import { redeemToken } from './calls/redeem-token.ts';
import { remove } from './calls/remove.ts';
import { update } from './calls/update.ts';

/** The twelve calls; `login` is the one that needs no token. The first pattern that fits decides. */
const routes = [
  route('login', 'POST', path.login, login),
  route('contacts', 'GET', path.contacts(':'), list),
  route('redeemToken', 'GET', path.redeemToken(':'), redeemToken),
  route('events', 'GET', path.events(':'), events),
  route('devices', 'GET', path.devices(':'), devices),
  route('accountings', 'GET', path.accountings(':'), accountings),
  route('issueToken', 'GET', path.issueToken(':'), issueToken),
  route('contact', 'GET', path.contact(':'), contact),
  route('setPolicies', method.policies, path.policies(':'), policies),
  route('deleteContact', 'DELETE', path.deleteContact(':'), remove),
  route('createContact', 'POST', path.createContact, create),
  route('updateContact', 'PUT', path.updateContact(':'), update),
] as const;

/** What a call is known as in the log and its counts. */
export type RouteName = (typeof routes)[number]['name'] | 'unknown';

export const routeNames: readonly RouteName[] = [...routes.map(({ name }) => name), 'unknown'];

export type Match = {
  readonly name: RouteName;
  readonly method: string;
  readonly endpoint: Endpoint | typeof login;
  /** As it stands in the path, still encoded. */
  readonly id: string;
};

/** The call that a path stands for. A path is taken literally: no double slash, no dots, no other spelling. */
export function matchRoute(pathname: string): Match | undefined {
  for (const { pattern, ...rest } of routes) {
    const found = pattern.exec(pathname);
    if (found !== null) return { ...rest, id: found[1] ?? '' };
  }
  return undefined;
}

function route<Name extends string>(name: Name, method: string, template: string, endpoint: Match['endpoint']) {
  return { name, method, endpoint, pattern: new RegExp(`^${template.replace(':', '([^/]+)')}$`) };
}
