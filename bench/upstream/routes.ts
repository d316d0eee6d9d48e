import { listParam, loginField, path } from '../../src/upstream/wire/index.ts';
import { keyOf, organizationId, toKey } from './ids.ts';
import { createContactTemplates, createPage, type Resource } from './response-bodies.ts';
import { type Template, toResponse } from './response-template.ts';

/** The name of a route. */
export type Route = Resource | 'contacts' | 'login';

/** Returns the complete HTTP response for a request target; undefined for an unknown one. */
export type Routes = (target: string) => { route: Route; response: Buffer } | undefined;

const sample = 'x';
const base = path.contact('');
const resources = new Map<string, Resource>([
  ['', 'contact'],
  [path.events(sample).slice(path.contact(sample).length), 'events'],
  [path.devices(sample).slice(path.contact(sample).length), 'devices'],
  [path.accountings(sample).slice(path.contact(sample).length), 'accountings'],
]);

/** Prepares the responses of all routes. */
export function createRoutes(): Routes {
  const contacts = createContactTemplates();
  const pages = new Map<number, Template>();
  const login = toResponse(JSON.stringify({ [loginField.token]: 'e30.e30.x' }));

  return function respond(target) {
    const [pathname = '', search] = target.split('?', 2);
    if (pathname === path.login) return { route: 'login', response: login };
    if (pathname === path.contacts(organizationId)) return { route: 'contacts', response: page(search) };
    if (!pathname.startsWith(base)) return undefined;
    const end = pathname.indexOf('/', base.length);
    const cid = end === -1 ? pathname.slice(base.length) : pathname.slice(base.length, end);
    const route = resources.get(end === -1 ? '' : pathname.slice(end));
    const contact = contacts[Number(keyOf(cid)) % contacts.length];
    return route === undefined || contact === undefined ? undefined : { route, response: contact[route](cid) };
  };

  function page(search: string | undefined): Buffer {
    const params = new URLSearchParams(search);
    const size = Number(params.get(listParam.size) ?? 10);
    const template = pages.get(size) ?? createPage(size);
    pages.set(size, template);
    return template(params.get(listParam.extProp1) ?? toKey(0));
  }
}
