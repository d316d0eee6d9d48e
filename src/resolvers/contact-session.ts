import type { Context } from '../context.ts';
import { parseId } from '../id.ts';
import { parseToken } from './contact-token.ts';
import type { Optional } from './input/scalar-input.ts';
import { InputValidator } from './input/validator.ts';
import { type Payload, runMutation } from './payload.ts';

/** A session as its owner gets it. */
export type CustomerSession = ReturnType<Context['renewCustomerSession']>;

export type StartContactSessionInput = { token: string; organizationId?: Optional<string> };

/** Uses up one hit; from then on the operation acts as the contact. */
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

/** It costs no hit, and no upstream call. */
export function renewContactSession(_root: object, _args: object, context: Context): Payload<CustomerSession> {
  return { result: context.renewCustomerSession(), userErrors: [] };
}

/** A caller's own; of nobody the one that is named, or the only one. Whether there is another one is not told. */
function chooseOrganization(
  input: StartContactSessionInput,
  check: InputValidator,
  { caller, customerSessionOrganizations }: Context,
): string | undefined {
  const possible = caller.isAnonymous ? customerSessionOrganizations : [caller.organizationId];
  if (input.organizationId != null) {
    const given = check.parse('organizationId', input.organizationId, parseId);
    if (given === undefined || possible.includes(given)) return given;
    return check.addProblem('There is no such token of this organization.', ['token'], 'NOT_FOUND');
  }
  if (possible.length <= 1) return possible[0];
  return check.addProblem(
    'Say whose token it is: this gateway serves several organizations.',
    ['organizationId'],
    'REQUIRED',
  );
}
