import { Environment, Network, RecordSource, type RelayFieldLogger, ROOT_ID, Store } from 'relay-runtime';
import { GatewayError } from './gateway-error';
import { execute } from './network';

/** Throws the error of a field with its code to the error boundary; Relay's own error has neither code nor message. */
const relayFieldLogger: RelayFieldLogger = (event) => {
  if (event.kind !== 'relay_field_payload.error' || event.handled || !event.shouldThrow) return;
  throw new GatewayError(event.error);
};

/** The store and the network of the app. */
export const environment = new Environment({
  network: Network.create(execute),
  store: new Store(new RecordSource(), { gcReleaseBufferSize: 20 }),
  relayFieldLogger,
  missingFieldHandlers: [
    {
      // A contact that the list has loaded is shown at once on its page, while the rest of it is read.
      kind: 'linked',
      handle(field, record, args) {
        const isContact = field.name === 'contact' && record?.getDataID() === ROOT_ID;
        return isContact ? readId(args) : undefined;
      },
    },
  ],
});

/** The id in `contact(by: {id: …})`. Relay does not know the types of arguments. */
function readId(args: object): string | undefined {
  const by = 'by' in args && args.by;
  return typeof by === 'object' && by !== null && 'id' in by && typeof by.id === 'string' ? by.id : undefined;
}
