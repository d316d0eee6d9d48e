import { appSettingsBlock, appSettingsField } from '../../src/upstream/wire/index.ts';
import { forbidden, notFound } from '../api-error.ts';
import { type Endpoint, organizationScopes, rejectAllParams } from '../endpoint.ts';
import { createEncoder } from '../wire-names.ts';

const encode = createEncoder(appSettingsField, appSettingsBlock);

/** Endpoint 17: the WiFi settings of an app of the organization. */
export const appSettings: Endpoint = {
  scopes: organizationScopes,
  handle(call, { settings }) {
    rejectAllParams(call);
    const { organizationId } = call.organization;
    if (call.id !== organizationId) throw forbidden();
    const found = settings.appOf(organizationId, call.more.join('_'));
    if (found === undefined) throw notFound();
    return encode(found) as object; // an object of the same fields
  },
};
