import { issueContactToken, redeemContactToken, type TokenIssued } from '../resolvers/contact-token.ts';
import type { Payload, WrittenContact } from '../resolvers/payload.ts';
import { requiresScope, secretInput, secretOutput } from './access.ts';
import { builder } from './builder.ts';
import { costsWrites, readCost } from './call-cost.ts';
import { userErrors, writtenContact } from './payload.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const IssueContactTokenInput = builder.inputType('IssueContactTokenInput', {
  description: 'For whom to issue a token, and how far it goes.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The global id of the contact.' }),
    expiresIn: t.int({ required: true, description: 'Seconds until it ends, 1 to 86400.' }),
    hits: t.int({ required: true, description: 'How often it can be redeemed, 1 to 100.' }),
  }),
});

const IssueContactTokenPayload = builder.objectRef<Payload<TokenIssued>>('IssueContactTokenPayload').implement({
  description: 'A token. Each client that has it can redeem it, so treat it like a password.',
  fields: (t) => ({
    contact: t.field({ ...writtenContact, description: `The contact that the token stands for. ${readCost}` }),
    token: t.string({
      description: 'The token itself. Only this mutation returns it.',
      extensions: secretOutput,
      resolve: ({ result }) => result?.token.reveal(),
    }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends.', resolve: ({ result }) => result?.expiresAt }),
    hits: t.int({ description: 'How often it can be redeemed.', resolve: ({ result }) => result?.hits }),
    activationUrl: t.string({
      description: "Where the contact's phone gets its Passpoint profile; as secret as the token in it.",
      extensions: secretOutput,
      resolve: ({ result }) => result?.activationUrl.reveal(),
    }),
    userErrors: t.expose('userErrors', userErrors),
  }),
});

const RedeemContactTokenInput = builder.inputType('RedeemContactTokenInput', {
  description: 'Which token to redeem.',
  fields: (t) => ({
    token: t.string({
      required: true,
      description: 'A token as `issueContactToken` gave it.',
      extensions: secretInput,
    }),
  }),
});

const RedeemContactTokenPayload = builder.objectRef<Payload<WrittenContact>>('RedeemContactTokenPayload').implement({
  description: 'Whom a token stands for.',
  fields: (t) => ({
    contact: t.field({ ...writtenContact, description: `The contact that the token stands for. ${readCost}` }),
    userErrors: t.expose('userErrors', userErrors),
  }),
});

builder.mutationFields((t) => ({
  issueContactToken: t.field({
    type: IssueContactTokenPayload,
    description:
      'Issues a temporary token that stands for a contact. A request with an `Idempotency-Key` is done once: a repeat gets the same answer.',
    args: { input: t.arg({ type: IssueContactTokenInput, required: true, description: 'For whom, how long.' }) },
    extensions: { ...requiresScope('organization_write'), ...costsWrites('issueToken'), ...nullOnlyOnError },
    resolve: issueContactToken,
  }),
  redeemContactToken: t.field({
    type: RedeemContactTokenPayload,
    description:
      'Tells whom a token stands for, and uses up one of its hits. GONE when it has ended or is used up, RATE_LIMITED when asked too often. It reads no `Idempotency-Key`: each repeat uses up another hit.',
    args: { input: t.arg({ type: RedeemContactTokenInput, required: true, description: 'Which token.' }) },
    extensions: { ...requiresScope('organization_write'), ...costsWrites('redeemToken'), ...nullOnlyOnError },
    resolve: redeemContactToken,
  }),
}));
