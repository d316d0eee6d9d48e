import { serviceBlock, serviceField } from '../../src/upstream/wire/index.ts';
import { forbidden } from '../api-error.ts';
import { type Endpoint, rejectAllParams } from '../endpoint.ts';

/**
 * Endpoint 13: what the service of a token is. A token has access to its own service only. The form of the scopes is not
 * known [assumed], so each client has another one: a list, or a text with spaces or commas.
 */
export const service: Endpoint = {
  scopes: [],
  isBare: true,
  handle(call, system) {
    rejectAllParams(call);
    const { clientKey, serviceId, organizations, scopes } = call.grant;
    if (call.id !== serviceId) throw forbidden();
    const forms = [scopes, scopes.join(' '), scopes.join(',')];
    return {
      [serviceField.id]: serviceId,
      [serviceField.domains]: [],
      [serviceField.service]: {
        [serviceBlock.id]: serviceId,
        [serviceBlock.name]: `Service ${clientKey.slice(-1)}`,
        [serviceBlock.scope]: forms[(Number(clientKey.slice(-1)) - 1) % forms.length] ?? scopes,
        [serviceBlock.authorities]: ['ROLE_ORGANIZATION_MANAGER'],
        [serviceBlock.organizations]: organizations,
        [serviceBlock.locations]: organizations.flatMap(
          (cid) => system.organizations.get(cid)?.seedData.venues.map((venue) => venue.cid) ?? [],
        ),
      },
    };
  },
};
