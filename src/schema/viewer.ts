import type { Context } from '../context.ts';
import type { Scope } from '../model.ts';
import { organization } from '../resolvers/organization.ts';
import { viewer } from '../resolvers/viewer.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum.ts';
import { OrganizationRef } from './organization.ts';

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
      resolve: organization,
    }),
    scopes: t.expose('scopes', {
      type: [ScopeRef],
      nullable: { list: false, items: false },
      description: 'What your access token says that you may do.',
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({ type: Viewer, description: 'Who you are to the gateway.', resolve: viewer }),
}));
