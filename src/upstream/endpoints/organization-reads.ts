import { abortable } from '../../async/abortable.ts';
import type { Upstream } from '../operation/upstream.ts';
import { type App, type AppSettings, getAppSettings } from './app-settings.ts';
import { listOrganizationPolicies, type OrganizationPolicy } from './organization-policies.ts';

/** What an operation reads of its organization at the upstream. Each is read once, also when that fails. */
export type OrganizationReads = {
  /**
   * @param maxWaitMs how long to wait for the response; after that the read continues, for the cache
   * @throws {NotFound} and {Gone} where the upstream has no such call, {UpstreamTimeout} after `maxWaitMs`
   */
  policies(maxWaitMs?: number): Promise<readonly OrganizationPolicy[]>;
  /** @throws {NotFound} for an app that the organization does not have */
  appSettings(app: App): Promise<AppSettings>;
};

/** Creates the reads of one operation. */
export function createOrganizationReads(upstream: Upstream): OrganizationReads {
  let policies: ReturnType<OrganizationReads['policies']> | undefined;
  let settings: Map<string, ReturnType<OrganizationReads['appSettings']>> | undefined;
  return {
    policies(maxWaitMs) {
      policies ??= listOrganizationPolicies(upstream);
      return maxWaitMs === undefined ? policies : abortable(policies, AbortSignal.timeout(maxWaitMs));
    },
    appSettings(app) {
      const key = `${app.os}_${app.bundle}`; // `os` has letters only
      settings ??= new Map();
      const read = settings.get(key) ?? getAppSettings(upstream, app);
      settings.set(key, read);
      return read;
    },
  };
}
