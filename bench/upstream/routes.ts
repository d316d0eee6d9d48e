import { listParam, loginField, path } from '../../src/upstream/wire.ts';
import { keyOf, organizationId, toKey } from './ids.ts';
import { createKinds, createPage, type Resource } from './response-bodies.ts';
import { type Template, toAnswer } from './response-template.ts';

export type Route = Resource | 'contacts' | 'login';

/** Answers a target like `/v2/customers/…/events` with bytes that are ready to be sent; undefined for what is none. */
export type Routes = (target: string) => { route: Route; answer: Buffer } | undefined;

const sample = 'x';
const base = path.contact('');
const resources = new Map<string, Resource>([
  ['', 'contact'],
  [path.events(sample).slice(path.contact(sample).length), 'events'],
  [path.devices(sample).slice(path.contact(sample).length), 'devices'],
  [path.accountings(sample).slice(path.contact(sample).length), 'accountings'],
]);

export function createRoutes(): Routes {
  const kinds = createKinds();
  const pages = new Map<number, Template>();
  const login = toAnswer(JSON.stringify({ [loginField.token]: 'e30.e30.x' }));

  return function answer(target) {
    const [path_ = '', search] = target.split('?', 2);
    if (path_ === path.login) return { route: 'login', answer: login };
    if (path_ === path.contacts(organizationId)) return { route: 'contacts', answer: page(search) };
    if (!path_.startsWith(base)) return undefined;
    const end = path_.indexOf('/', base.length);
    const cid = end === -1 ? path_.slice(base.length) : path_.slice(base.length, end);
    const route = resources.get(end === -1 ? '' : path_.slice(end));
    const kind = kinds[Number(keyOf(cid)) % kinds.length];
    return route === undefined || kind === undefined ? undefined : { route, answer: kind[route](cid) };
  };

  function page(search: string | undefined): Buffer {
    const params = new URLSearchParams(search);
    const size = Number(params.get(listParam.size) ?? 10);
    const template = pages.get(size) ?? createPage(size);
    pages.set(size, template);
    return template(params.get(listParam.extProp1) ?? toKey(0));
  }
}
