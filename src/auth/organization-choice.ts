import { Forbidden } from '../errors.ts';

/**
 * The header with which a request names one of the organizations of its token. Its value is only compared with their ids, so
 * that no other text gets into the path of a call.
 */
export const organizationHeader = 'x-organization';

/**
 * Chooses the organization of a request among those of the service of its token: the only one, or of several the one that the
 * request names, or else the configuration.
 *
 * @param requested by the header of the request, which is more specific than the configuration
 * @param byDefault `ORGANIZATION_ID`
 * @throws {Forbidden} for a service without an organization, and if none, or another one, is named
 */
export function chooseOrganization(
  organizations: readonly string[],
  requested: string | undefined,
  byDefault: string | undefined,
): string {
  const [only] = organizations;
  if (only === undefined) throw new Forbidden('The service of the access token has no organization.');
  if (requested === undefined && organizations.length === 1) return only;
  const named = requested ?? byDefault;
  if (named === undefined) {
    throw new Forbidden(
      'The access token is for several organizations: name one of them in the header X-Organization.',
    );
  }
  if (!organizations.includes(named)) throw organizationRefused();
  return named;
}

/** Returns the error for an organization that the access token is not for. */
export function organizationRefused(): Forbidden {
  return new Forbidden('The access token is not for this organization.');
}
