import { method, path } from '../wire/index.ts';
import type { EndpointName } from './endpoint-name.ts';

/** The methods of the endpoints that are not read with GET. */
const methods: Readonly<Partial<Record<EndpointName, string>>> = {
  login: 'POST',
  logout: 'POST',
  checkCredentials: 'POST',
  createContact: 'POST',
  updateContact: 'PUT',
  deleteContact: 'DELETE',
  policies: method.policies,
  registerDevice: 'POST',
};

/** The paths of the endpoints with a placeholder for each id. */
const templates = new Map<string, string>(
  Object.entries(path).map(([name, template]) => [
    name,
    typeof template === 'string' ? template : template('{id}', '{os}', '{bundle}'),
  ]),
);

/** Returns the path of an endpoint with a placeholder for each id; undefined for a name of none. */
export function pathTemplateOf(endpoint: string): string | undefined {
  return templates.get(endpoint);
}

/** Returns the method and the path template of an endpoint, like `GET /v2/customers/{id}`; its name for an unknown one. */
export function describeEndpoint(
  endpoint: string,
  httpMethod = methods[endpoint as EndpointName] ?? 'GET', // a name that is no key has no method of its own
): string {
  const template = templates.get(endpoint);
  return template === undefined ? endpoint : `${httpMethod} ${template}`;
}
