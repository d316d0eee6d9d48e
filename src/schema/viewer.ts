import type { Context } from '../context.ts';
import type { Scope } from '../model.ts';
import { organization } from '../resolvers/organization.ts';
import { viewer, viewerContact } from '../resolvers/viewer.ts';
import { anyCaller } from './access.ts';
import { builder } from './builder.ts';
import { ContactRef } from './contact.ts';
import { enumValues } from './enum.ts';
import { selectedBranches } from './look-ahead.ts';
import { OrganizationRef, organizationAccess } from './organization.ts';

const descriptions: Record<Scope, string> = {
  organization_read: 'Read everything of the organization.',
  organization_write: 'Change everything of the organization.',
  customer_read: 'Read contacts.',
  customer_write: 'Change contacts.',
  events_read: 'Read events.',
  hotspots_read: 'Read access points.',
};

const ScopeRef = builder.enumType('Scope', {
  description: 'What a caller may do.',
  values: enumValues(descriptions),
});

const Viewer = builder.objectRef<Context['caller']>('Viewer').implement({
  description: 'Who asks.',
  fields: (t) => ({
    organization: t.field({
      type: OrganizationRef,
      description: 'The organization you act for.',
      extensions: organizationAccess,
      resolve: organization,
    }),
    scopes: t.expose('scopes', {
      type: [ScopeRef],
      nullable: { list: true, items: false },
      description: 'What your access token says that you may do; null where it does not say.',
    }),
    contact: t.field({
      type: ContactRef,
      description: 'The contact that you are, in a customer session; null for all other callers.',
      extensions: anyCaller,
      resolve: (_caller, _args, context, info) => viewerContact(selectedBranches(info, context), context),
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: Viewer,
    description: 'Who you are to the gateway.',
    extensions: anyCaller,
    resolve: viewer,
  }),
}));
