import type { Context } from '../context.ts';
import { parseId } from '../id.ts';
import { Check } from './check.ts';
import { parseToken } from './contact-token.ts';
import type { Optional } from './given.ts';
import { type Payload, payloadOf } from './payload.ts';

/** A session as its owner gets it. */
export type ContactSession = ReturnType<Context['sessions']['renew']>;

export type StartContactSessionInput = { token: string; organizationId?: Optional<string> };

/** Uses up one hit; from then on the operation acts as the contact. */
export function startContactSession(
  _root: object,
  { input }: { input: StartContactSessionInput },
  context: Context,
): Promise<Payload<ContactSession>> {
  const check = new Check(['input']);
  const token = check.read('token', input.token, parseToken);
  const organizationId = chooseOrganization(input, check, context);
  const unknown = { message: 'There is no such token of this organization.', field: check.pathOf('token') };
  return payloadOf({
    check,
    subject: token === undefined || organizationId === undefined ? undefined : { token, organizationId },
    unknown,
    write: ({ token, organizationId }) => context.sessions.start(context, organizationId, token),
  });
}

/** It costs no hit, and no upstream call. */
export function renewContactSession(_root: object, _args: object, { sessions }: Context): Payload<ContactSession> {
  return { done: sessions.renew(), userErrors: [] };
}

/** A caller's own; of nobody the one that is named, or the only one. Whether there is another one is not told. */
function chooseOrganization(
  input: StartContactSessionInput,
  check: Check,
  { caller, sessions: { organizationIds } }: Context,
): string | undefined {
  const possible = caller.isAnonymous ? organizationIds : [caller.organizationId];
  if (input.organizationId != null) {
    const given = check.read('organizationId', input.organizationId, parseId);
    if (given === undefined || possible.includes(given)) return given;
    return check.refuse('There is no such token of this organization.', ['token'], 'NOT_FOUND');
  }
  if (possible.length <= 1) return possible[0];
  return check.refuse(
    'Say whose token it is: this gateway serves several organizations.',
    ['organizationId'],
    'REQUIRED',
  );
}
