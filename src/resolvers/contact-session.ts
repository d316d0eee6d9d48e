import type { Context } from '../context.ts';
import { parseToken } from './contact-token.ts';
import type { PasswordInput } from './input/password.ts';
import { notAllowed, required } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { parseId } from './input/upstream-id.ts';
import { InputValidator } from './input/validator.ts';
import { type Payload, runMutation } from './payload.ts';

/** A customer session as its client receives it. */
export type CustomerSession = Awaited<ReturnType<Context['renewCustomerSession']>>;

/** What a session is started with. */
type SessionProof = Parameters<Context['startCustomerSession']>[1];

/** The input of the mutation `startContactSession`. */
export type StartContactSessionInput = {
  token?: Optional<string>;
  credentials?: Optional<{ username: string; password: PasswordInput }>;
  organizationId?: Optional<string>;
};

/**
 * Starts a customer session, with one hit of a token or with a username and a password. The rest of the operation acts as
 * the contact.
 */
export function startContactSession(
  _root: object,
  { input }: { input: StartContactSessionInput },
  context: Context,
): Promise<Payload<CustomerSession>> {
  const validator = new InputValidator(['input']);
  const proof = parseProof(input, validator);
  const name = input.credentials == null ? 'token' : 'credentials';
  const notFound = { message: refusals[name], field: validator.pathOf(name) };
  const organizationId = chooseOrganization(input, validator, notFound.message, name, context);
  return runMutation({
    validator,
    subject: proof === undefined || organizationId === undefined ? undefined : { proof, organizationId },
    notFound,
    write: ({ proof, organizationId }) => context.startCustomerSession(organizationId, proof),
  });
}

/** What an input without a session is answered, whatever the reason is. */
const refusals = {
  token: 'There is no such token of this organization.',
  credentials: 'This organization has no contact with this username and this password.',
};

function parseProof(
  { token, credentials }: StartContactSessionInput,
  validator: InputValidator,
): SessionProof | undefined {
  if (token == null && credentials == null) return validator.add([], required('Use a token or credentials.'));
  if (token != null && credentials != null)
    return validator.add([], notAllowed('Use a token or credentials, not both.'));
  if (credentials == null) {
    const parsed = validator.parse('token', token, parseToken);
    return parsed && { token: parsed };
  }
  const nested = validator.nested('credentials');
  const username = nested.text('username', credentials.username);
  const password = nested.value('password', credentials.password);
  return username === undefined || password === undefined ? undefined : { credentials: { username, password } };
}

/** Renews the caller's customer session without a hit. */
export async function renewContactSession(
  _root: object,
  _args: object,
  context: Context,
): Promise<Required<Payload<CustomerSession>>> {
  return { result: await context.renewCustomerSession(), userErrors: [] };
}

/** An authenticated caller's organization; for an anonymous caller the named one, or the only one. Errors do not reveal which others exist. */
function chooseOrganization(
  input: StartContactSessionInput,
  check: InputValidator,
  refusal: string,
  refused: string,
  { caller, customerSessionOrganizations }: Context,
): string | undefined {
  const possible = caller.isAnonymous ? customerSessionOrganizations : [caller.organizationId];
  if (input.organizationId != null) {
    const given = check.parse('organizationId', input.organizationId, parseId);
    if (given === undefined || possible.includes(given)) return given;
    return check.addNotFound([refused], refusal);
  }
  if (possible.length <= 1) return possible[0];
  return check.add(['organizationId'], required('Name the organization: this gateway serves several.'));
}
