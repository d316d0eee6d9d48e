import { type CustomerSession, renewContactSession, startContactSession } from '../resolvers/contact-session.ts';
import type { Payload } from '../resolvers/payload.ts';
import { anonymousAllowed, anyCaller, secretInput, secretOutput } from './access.ts';
import { builder } from './builder.ts';
import { costs, costsNothing, readCost, readsContact } from './call-cost.ts';
import { userErrors, writtenContact } from './payload.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const ContactCredentials = builder.inputType('ContactCredentials', {
  description: 'With what a contact logs in to the WiFi.',
  fields: (t) => ({
    username: t.string({ required: true, description: 'The username, 1 to 256 characters.' }),
    password: t.field({ type: 'Password', required: true, description: 'The secret that belongs to the username.' }),
  }),
});

const StartContactSessionInput = builder.inputType('StartContactSessionInput', {
  description: 'What a session is started with: either a token or credentials.',
  fields: (t) => ({
    token: t.string({
      description: 'A token as `issueContactToken` gave it to your own backend.',
      extensions: secretInput,
    }),
    credentials: t.field({ type: ContactCredentials, description: 'The username and the password of the contact.' }),
    organizationId: t.id({
      description: "The upstream's id of the contact's organization; needed where the gateway serves several.",
    }),
  }),
});

const texts = {
  session:
    'Send it as `Authorization: Bearer …` from now on, and store it where the device stores passwords: each client that has it acts as the contact.',
  expiresAt: 'When it ends, unless `renewContactSession` gives another one before.',
  renewableUntil: 'When it ends however often it is renewed; a new one takes another token then.',
};

const sessionContact = {
  ...writtenContact,
  description: `The contact that the session is for, with all that a first screen shows. ${readCost}`,
  // Null without a session; `userErrors` says why there is none.
  extensions: { ...anonymousAllowed, ...readsContact },
};

const StartContactSessionPayload = builder.objectRef<Payload<CustomerSession>>('StartContactSessionPayload').implement({
  description: 'A session, or why there is none.',
  fields: (t) => ({
    session: t.string({
      description: texts.session,
      extensions: secretOutput,
      resolve: ({ result }) => result?.session.reveal(),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: texts.expiresAt,
      resolve: ({ result }) => result?.expiresAt,
    }),
    renewableUntil: t.field({
      type: 'DateTime',
      description: texts.renewableUntil,
      resolve: ({ result }) => result?.renewableUntil,
    }),
    contact: t.field(sessionContact),
    userErrors: t.expose('userErrors', userErrors),
  }),
});

/** There is nothing that the user could correct, so a renewal without an error has a session. */
const RenewContactSessionPayload = builder
  .objectRef<Required<Payload<CustomerSession>>>('RenewContactSessionPayload')
  .implement({
    description: 'A session in the place of another.',
    fields: (t) => ({
      session: t.string({
        nullable: false,
        description: texts.session,
        extensions: secretOutput,
        resolve: ({ result }) => result.session.reveal(),
      }),
      expiresAt: t.field({
        type: 'DateTime',
        nullable: false,
        description: texts.expiresAt,
        resolve: ({ result }) => result.expiresAt,
      }),
      renewableUntil: t.field({
        type: 'DateTime',
        nullable: false,
        description: texts.renewableUntil,
        resolve: ({ result }) => result.renewableUntil,
      }),
      contact: t.field(sessionContact),
      userErrors: t.expose('userErrors', userErrors),
    }),
  });

/** The token or the credentials are checked by one call. What follows in the operation acts as the contact. */
const startCost = costs(
  '1',
  (calls) => {
    calls.add(1);
    calls.startSession();
    return undefined;
  },
  'redeemToken',
  'checkCredentials',
);

builder.mutationFields((t) => ({
  startContactSession: t.field({
    type: StartContactSessionPayload,
    description:
      'Starts a session in which an app reads and updates one contact: that of a customer token, which loses one of its hits, or that of a username and a password. It needs no `Authorization`, once in an operation. GONE when the token has ended or is used up; RATE_LIMITED after too many attempts, with `retryAfter`. A username and a password that do not belong together are NOT_FOUND in `userErrors`, whichever is wrong. It reads no `Idempotency-Key`: each repeat is another attempt.',
    args: {
      input: t.arg({
        type: StartContactSessionInput,
        required: true,
        description: 'With what, and of which organization.',
      }),
    },
    // A renewal needs no input: the access token is the session.
    extensions: { access: { ...anonymousAllowed.access, session: false }, ...startCost, ...nullOnlyOnError },
    resolve: startContactSession,
  }),
  renewContactSession: t.field({
    type: RenewContactSessionPayload,
    description:
      'Gives a session that lasts longer for the one that this request is sent with, which stays good until its own end. It uses up no hit. It needs no `Idempotency-Key`: nothing is written.',
    extensions: { ...anyCaller, ...costsNothing, ...nullOnlyOnError },
    resolve: renewContactSession,
  }),
}));
