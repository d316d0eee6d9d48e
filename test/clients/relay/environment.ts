import {
  Environment,
  type MissingFieldHandler,
  Network,
  RecordSource,
  type RequestParameters,
  Store,
} from 'relay-runtime';
import type { ClientGateway } from '../gateway.ts';

/** Returns the parameters of a request that say which document is executed. */
type Reference = (request: RequestParameters) => object;

export const byText: Reference = ({ text }) => ({ query: text });

/** The id in the manifest that relay-compiler writes. */
export const byId: Reference = ({ id }) => ({ doc_id: id });

/** `node(id:)` is the record with this id, so that a contact of a list is not requested again. */
const nodeById: MissingFieldHandler = {
  kind: 'linked',
  handle: (field, record, { id }) =>
    field.name === 'node' && record?.getType() === '__Root' && typeof id === 'string' ? id : undefined,
};

/** Creates an environment of Relay that sends operations to the gateway. */
export function createEnvironment({ gateway, fetch }: ClientGateway, reference = byText): Environment {
  return new Environment({
    store: new Store(new RecordSource()),
    missingFieldHandlers: [nodeById],
    network: Network.create(async (request, variables) => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...reference(request), variables }),
      });
      return response.json();
    }),
  });
}
