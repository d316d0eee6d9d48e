import type { Service } from '../model.ts';
import { builder } from './builder.ts';
import { ScopeRef } from './scope.ts';

/** The reference to the type `Service`. */
export const ServiceRef = builder.objectRef<Service>('Service').implement({
  description: 'The service that an access token was issued to: the registration of a client key.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The upstream's own id of this service; it is no global id." }),
    name: t.exposeString('name', { description: 'What it is called.' }),
    organizationIds: t.exposeIDList('organizations', {
      nullable: { list: false, items: false },
      description:
        'The ids of the organizations that it may act for. The header `X-Organization` of a request names one of several.',
    }),
    organizations: t.exposeIDList('organizations', {
      nullable: { list: false, items: false },
      description: 'The ids of the organizations that it may act for.',
      deprecationReason: 'Use organizationIds.',
    }),
    locationIds: t.exposeIDList('locations', {
      nullable: { list: false, items: false },
      description: 'The ids of the locations that it may act for.',
    }),
    locations: t.exposeIDList('locations', {
      nullable: { list: false, items: false },
      description: 'The ids of the locations that it may act for.',
      deprecationReason: 'Use locationIds.',
    }),
    scopes: t.expose('scopes', {
      type: [ScopeRef],
      nullable: { list: true, items: false },
      description: 'What it may do; null where the upstream does not say it in scopes that this schema has.',
    }),
  }),
});
