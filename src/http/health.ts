import { type Plugin, useReadinessCheck } from 'graphql-yoga';

/** Answers 200 as long as the process answers at all. */
export const livenessPath = '/livez';

const readinessPath = '/readyz';

/** The readiness of a gateway, for load balancers and orchestrators. */
export type Readiness = {
  /** Answers `/readyz`: 200, or 503 when no new requests may be sent to this process. */
  readonly plugin: Plugin;
  /** Answers 503 from now on; pending requests continue. */
  drain(): void;
};

/** @param isReady whether callers can be authenticated now */
export function createReadiness(isReady: () => boolean): Readiness {
  let isDraining = false;
  return {
    plugin: useReadinessCheck({ endpoint: readinessPath, check: () => !isDraining && isReady() }),
    drain() {
      isDraining = true;
    },
  };
}
