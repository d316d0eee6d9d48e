import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';

/** Starts a gateway that is logged in, so that the login is not among the calls that tests of writes count. */
export async function startWriting(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const stack = await startGateway({ ...options, emulator: { contacts: 200, ...options.emulator } });
  await stack.query('{ contacts(first: 1) { nodes { cid } } }');
  return stack;
}

/** The global id of a contact. */
export function idOf(cid: string): string {
  return Buffer.from(`Contact:${cid}`).toString('base64');
}

export const ada = idOf(demo.contactId);

/** The required input of createContact. */
export const minimal = { source: 'API', policies: { privacy: true, termsOfUse: true } };

export const userErrors = 'userErrors { code message field }';

/** The routes of the upstream calls in their order. */
export function routesOf({ emulator }: TestGateway): string[] {
  return emulator.control.calls().map(({ route }) => route);
}

export type UserError = { code: string; message: string; field: string[] };
