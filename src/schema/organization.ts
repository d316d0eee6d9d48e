import type { Organization } from '../model.ts';
import { organization } from '../resolvers/organization.ts';
import { type LabelledPolicy, organizationPolicies } from '../resolvers/organization-policies.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { addOrganizationProof, costs } from './call-cost.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const OrganizationPolicy = builder.objectRef<LabelledPolicy>('OrganizationPolicy').implement({
  description: 'A policy that an organization asks its contacts to accept.',
  fields: (t) => ({
    key: t.exposeString('key', { nullable: false, description: 'Its key, as `PolicyAcceptance.key` names it.' }),
    title: t.exposeString('title', { nullable: false, description: 'What to show to a person.' }),
    required: t.exposeBoolean('required', {
      nullable: false,
      description: 'Whether a contact cannot exist without accepting it.',
    }),
  }),
});

/** A caller who may read contacts may read the organization's settings, and so may the app of a customer. */
export const organizationAccess = requiresScope('customer_read', { session: true });

/** What the organization of the caller costs. */
export const organizationCost = costs(
  '0; 1 in an operation whose token is not proven for the organization yet',
  (calls) => {
    addOrganizationProof(calls);
    return undefined;
  },
  'service',
);

/** The reference to the type `Organization`, with which other types refer to it. */
export const OrganizationRef = builder.objectRef<Organization>('Organization');

builder.node(OrganizationRef, {
  description: 'The organization that contacts belong to.',
  id: { resolve: ({ cid }) => cid },
  extensions: organizationAccess,
  fields: (t) => ({
    cid: t.exposeID('cid', { nullable: false, description: "The upstream's own id of this organization." }),
    name: t.exposeString('name', { description: 'What it calls itself.' }),
    policies: t.field({
      type: [OrganizationPolicy],
      nullable: { list: true, items: false },
      description:
        'The policies that it asks its contacts to accept, in the order to show them: first the two without which no contact exists. They cost an upstream call, whose answer is kept for some minutes.',
      extensions: {
        ...nullOnlyOnError,
        ...organizationAccess,
        ...costs(
          '1 in an operation',
          (calls) => {
            addOrganizationProof(calls);
            return void calls.addOnce('policies');
          },
          'organizationPolicies',
        ),
      },
      resolve: (_organization, _args, context) => organizationPolicies(context),
    }),
  }),
});

builder.queryFields((t) => ({
  organization: t.field({
    type: OrganizationRef,
    description: 'Your organization.',
    extensions: { ...organizationAccess, ...organizationCost, ...nullOnlyOnError },
    resolve: organization,
  }),
}));
