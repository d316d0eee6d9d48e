import type { Context } from '../context.ts';
import { organization } from '../resolvers/organization.ts';
import { viewer, viewerContact, viewerId, viewerScopes, viewerService } from '../resolvers/viewer.ts';
import { anyCaller, noCustomerSession } from './access.ts';
import { builder } from './builder.ts';
import { contactsWithIds, costs, costsNothing, readProfiles } from './call-cost.ts';
import { ContactRef } from './contact.ts';
import { selectedBranches } from './look-ahead.ts';
import { OrganizationRef, organizationAccess, organizationCost } from './organization.ts';
import { ScopeRef } from './scope.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';
import { ServiceRef } from './service.ts';

const serviceCost = costs(
  '1 in an operation, where the gateway does not know the service of the token',
  (calls) => {
    if (calls.caller.service !== undefined) calls.addOnce('service');
    return undefined;
  },
  'service',
);

const viewerContactCost = costs(
  '1 for a customer session',
  (calls) => {
    const { contactId } = calls.caller;
    return readProfiles(calls, contactsWithIds(contactId === undefined ? [] : [contactId]));
  },
  'contact',
);

const Viewer = builder.objectRef<Context['caller']>('Viewer').implement({
  description: 'Who asks.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description:
        'The global id of you as a caller, a key for client caches that `node` does not take: the same with a renewed access token or session. A token of the upstream does not say whose it is, so each has an id of its own.',
      resolve: viewerId,
    }),
    organization: t.field({
      type: OrganizationRef,
      description: 'The organization you act for.',
      extensions: { ...organizationAccess, ...organizationCost, ...nullOnlyOnError },
      resolve: organization,
    }),
    scopes: t.field({
      type: [ScopeRef],
      nullable: { list: true, items: false },
      description:
        'What you may do: what your access token says, or else what its `service` may do; null where neither says it.',
      extensions: serviceCost,
      resolve: viewerScopes,
    }),
    service: t.field({
      type: ServiceRef,
      description:
        'The service that your access token was issued to; null where the upstream does not tell it, and for an access token that is not of the upstream. It costs an upstream call where the gateway does not know it yet.',
      extensions: { ...noCustomerSession, ...serviceCost },
      resolve: viewerService,
    }),
    contact: t.field({
      type: ContactRef,
      description: 'The contact that you are, in a customer session; null for all other callers.',
      extensions: { ...anyCaller, ...viewerContactCost },
      resolve: (_caller, _args, context, info) => viewerContact(selectedBranches(info, context), context),
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: Viewer,
    description: 'Who you are to the gateway.',
    extensions: { ...anyCaller, ...costsNothing, ...nullOnlyOnError },
    resolve: viewer,
  }),
}));
