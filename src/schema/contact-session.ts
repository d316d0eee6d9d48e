import { type CustomerSession, renewContactSession, startContactSession } from '../resolvers/contact-session.ts';
import type { Payload } from '../resolvers/payload.ts';
import { anonymousAllowed, anyCaller } from './access.ts';
import { builder } from './builder.ts';
import { userErrors, writtenContact } from './payload.ts';

const StartContactSessionInput = builder.inputType('StartContactSessionInput', {
  description: 'What a session is started with.',
  fields: (t) => ({
    token: t.string({
      required: true,
      description: 'A token as `issueContactToken` gave it to your own backend.',
    }),
    organizationId: t.id({
      description: "The upstream's id of the organization that issued it; needed where the gateway serves several.",
    }),
  }),
});

const StartContactSessionPayload = sessionPayload('StartContactSessionPayload', 'A session, or why there is none.');
const RenewContactSessionPayload = sessionPayload('RenewContactSessionPayload', 'A session in the place of another.');

function sessionPayload(name: string, description: string) {
  return builder.objectRef<Payload<CustomerSession>>(name).implement({
    description,
    fields: (t) => ({
      session: t.string({
        description:
          'Send it as `Authorization: Bearer …` from now on, and store it where the device stores passwords: each client that has it acts as the contact.',
        resolve: ({ result }) => result?.session.reveal(),
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When it ends, unless `renewContactSession` gives another one before.',
        resolve: ({ result }) => result?.expiresAt,
      }),
      renewableUntil: t.field({
        type: 'DateTime',
        description: 'When it ends however often it is renewed; a new one takes another token then.',
        resolve: ({ result }) => result?.renewableUntil,
      }),
      contact: t.field({
        ...writtenContact,
        description: 'The contact that the session is for, with all that a first screen shows.',
        // Null without a session; `userErrors` says why there is none.
        extensions: anonymousAllowed,
      }),
      userErrors: t.expose('userErrors', userErrors),
    }),
  });
}

builder.mutationFields((t) => ({
  startContactSession: t.field({
    type: StartContactSessionPayload,
    description:
      'Redeems a customer token, which uses up one of its hits, and starts a session in which an app reads and updates that one contact. It needs no `Authorization`, once in an operation. GONE when the token has ended or is used up, RATE_LIMITED when asked too often. It reads no `Idempotency-Key`: each repeat uses up another hit.',
    args: { input: t.arg({ type: StartContactSessionInput, required: true, description: 'Which token, and whose.' }) },
    // A renewal needs no input: the access token is the session.
    extensions: { access: { ...anonymousAllowed.access, session: false } },
    resolve: startContactSession,
  }),
  renewContactSession: t.field({
    type: RenewContactSessionPayload,
    description:
      'Gives a session that lasts longer for the one that this request is sent with, which stays good until its own end. It uses up no hit. It needs no `Idempotency-Key`: nothing is written.',
    extensions: anyCaller,
    resolve: renewContactSession,
  }),
}));
