import type { ServerResponse } from 'node:http';

/** The readiness of a gateway, for load balancers and orchestrators. */
export type Readiness = {
  /** Whether new requests may be sent to this process. */
  isReady(): boolean;
  isDraining(): boolean;
  /** The process is not ready from now on; pending requests continue. */
  drain(): void;
};

/** @param isReady whether callers can be authenticated now */
export function createReadiness(isReady: () => boolean): Readiness {
  let isDraining = false;
  return {
    isReady: () => !isDraining && isReady(),
    isDraining: () => isDraining,
    drain() {
      isDraining = true;
    },
  };
}

/** The paths of health checks, each with what it answers 200 for and otherwise 503. */
export function createHealthChecks({ isReady }: Readiness): ReadonlyMap<string, () => boolean> {
  return new Map([
    ['/livez', () => true], // the process answers at all
    ['/readyz', isReady],
  ]);
}

/** Answers a health check, also one with HEAD; its response has no body. */
export function respondToHealthCheck(response: ServerResponse, isHealthy: boolean): void {
  response.writeHead(isHealthy ? 200 : 503, { 'cache-control': 'no-store', 'content-length': 0 }).end();
}
