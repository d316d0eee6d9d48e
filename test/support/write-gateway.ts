import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';

/** The whole stack, logged in: the login is not what tests of writing count. */
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

/** The least that a new contact needs. */
export const minimal = { source: 'API', policies: { privacy: true, termsOfUse: true } };

export const userErrors = 'userErrors { code message field }';

/** The routes of the calls made, in their order. */
export function routesOf({ emulator }: TestGateway): string[] {
  return emulator.control.calls().map(({ route }) => route);
}

export type UserError = { code: string; message: string; field: string[] };
