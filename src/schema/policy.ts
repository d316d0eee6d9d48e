import { contactProfile } from '../resolvers/contact-profile.ts';
import type { Payload, WrittenContact } from '../resolvers/payload.ts';
import { setContactPolicies } from '../resolvers/policy.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { costsWrites, profileCost, profileField } from './call-cost.ts';
import { ContactRef } from './contact.ts';
import { userErrors, writtenContact, writtenContactEdge } from './payload.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const PolicyAcceptance = builder
  .objectRef<{ name: string; accepted?: boolean | null | undefined }>('PolicyAcceptance')
  .implement({
    description: 'What a contact said to one policy.',
    fields: (t) => ({
      key: t.exposeString('name', {
        nullable: false,
        description:
          'The key of the policy; a custom policy has the prefix `customs.`. `organization { policies }` has the titles.',
      }),
      accepted: t.exposeBoolean('accepted', { description: 'Whether the contact has accepted it.' }),
    }),
  });

const ProcessingConsent = builder
  .objectRef<{ profiling?: boolean | null | undefined; processingPersonalData?: boolean | null | undefined }>(
    'ProcessingConsent',
  )
  .implement({
    description: 'What may be done with the data of a contact; both must be true to process and profile it.',
    fields: (t) => ({
      profiling: t.exposeBoolean('profiling', { description: 'Whether the contact may be profiled.' }),
      personalData: t.exposeBoolean('processingPersonalData', {
        description: 'Whether personal data may be processed.',
      }),
    }),
  });

builder.objectFields(ContactRef, (t) => ({
  policies: t.expose('policies', {
    type: [PolicyAcceptance],
    nullable: { list: true, items: false },
    description: 'What the contact said to each policy of the organization.',
  }),
  processingConsent: t.field({
    type: ProcessingConsent,
    description: `What may be done with the data of the contact. ${profileCost}`,
    extensions: { ...requiresScope('customer_read', { session: true }), ...profileField },
    resolve: contactProfile('processingData'),
  }),
}));

const CustomPolicyInput = builder.inputType('CustomPolicyInput', {
  description: 'What a person says to a policy of the organization.',
  fields: (t) => ({
    key: t.string({ description: 'The key of the policy, with the prefix `customs.`. Required.' }),
    name: t.string({
      description: 'The name of the policy, without the prefix `customs.`.',
      deprecationReason: 'Use key.',
    }),
    accepted: t.boolean({ required: true, description: 'Whether the person accepts it.' }),
  }),
});

export const PoliciesInput = builder.inputType('PoliciesInput', {
  description: 'What a person says to policies. Null is the same as leaving it out.',
  fields: (t) => ({
    privacy: t.boolean({ description: 'The privacy policy; no contact exists without.' }),
    termsOfUse: t.boolean({ description: 'The terms of use; no contact exists without.' }),
    minimumAgeVerification: t.boolean({ description: 'Whether the person is old enough.' }),
    mktgCommunications: t.boolean({ description: 'Marketing communications.' }),
    custom: t.field({
      type: [CustomPolicyInput],
      description: 'Policies of the organization, each once; at most 100.',
    }),
  }),
});

export const ProcessingConsentInput = builder.inputType('ProcessingConsentInput', {
  description: 'What may be done with the data of a contact; both must be true to process and profile it.',
  fields: (t) => ({
    profiling: t.boolean({ description: 'Whether the contact may be profiled.' }),
    personalData: t.boolean({ description: 'Whether personal data may be processed.' }),
  }),
});

const SetContactPoliciesInput = builder.inputType('SetContactPoliciesInput', {
  description: 'What a contact says to policies from now on; what is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The global id of the contact.' }),
    policies: t.field({
      type: PoliciesInput,
      required: true,
      description: 'At least one. `privacy` and `termsOfUse` cannot be taken back.',
    }),
  }),
});

const SetContactPoliciesPayload = builder.objectRef<Payload<WrittenContact>>('SetContactPoliciesPayload').implement({
  description: 'What became of setting policies.',
  fields: (t) => ({
    contact: t.field(writtenContact),
    contactEdge: t.field(writtenContactEdge),
    userErrors: t.expose('userErrors', userErrors),
  }),
});

builder.mutationField('setContactPolicies', (t) =>
  t.field({
    type: SetContactPoliciesPayload,
    description:
      'Sets what a contact says to policies, many at once. It needs no `Idempotency-Key`: to do it twice has the same effect as once.',
    args: { input: t.arg({ type: SetContactPoliciesInput, required: true, description: 'Who says what.' }) },
    extensions: {
      ...requiresScope('customer_write', { session: true }),
      ...costsWrites('policies'),
      ...nullOnlyOnError,
    },
    resolve: setContactPolicies,
  }),
);
