import type { Context } from '../context.ts';
import { parseToken } from './contact-token.ts';
import { required } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { parseId } from './input/upstream-id.ts';
import { InputValidator } from './input/validator.ts';
import { type Payload, runMutation } from './payload.ts';

/** A customer session as its client receives it. */
export type CustomerSession = ReturnType<Context['renewCustomerSession']>;

/** The input of the mutation `startContactSession`. */
export type StartContactSessionInput = { token: string; organizationId?: Optional<string> };

/** Starts a customer session, which uses up one hit of the token. The rest of the operation acts as the contact. */
export function startContactSession(
  _root: object,
  { input }: { input: StartContactSessionInput },
  context: Context,
): Promise<Payload<CustomerSession>> {
  const validator = new InputValidator(['input']);
  const token = validator.parse('token', input.token, parseToken);
  const organizationId = chooseOrganization(input, validator, context);
  const notFound = { message: 'There is no such token of this organization.', field: validator.pathOf('token') };
  return runMutation({
    validator,
    subject: token === undefined || organizationId === undefined ? undefined : { token, organizationId },
    notFound,
    write: ({ token, organizationId }) => context.startCustomerSession(organizationId, token),
  });
}

/** Renews the caller's customer session without a hit and without an upstream call. */
export function renewContactSession(_root: object, _args: object, context: Context): Payload<CustomerSession> {
  return { result: context.renewCustomerSession(), userErrors: [] };
}

/** An authenticated caller's organization; for an anonymous caller the named one, or the only one. Errors do not reveal which others exist. */
function chooseOrganization(
  input: StartContactSessionInput,
  check: InputValidator,
  { caller, customerSessionOrganizations }: Context,
): string | undefined {
  const possible = caller.isAnonymous ? customerSessionOrganizations : [caller.organizationId];
  if (input.organizationId != null) {
    const given = check.parse('organizationId', input.organizationId, parseId);
    if (given === undefined || possible.includes(given)) return given;
    return check.addNotFound(['token'], 'There is no such token of this organization.');
  }
  if (possible.length <= 1) return possible[0];
  return check.add(['organizationId'], required('Say whose token it is: this gateway serves several organizations.'));
}
