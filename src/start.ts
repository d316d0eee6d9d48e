import { type Config, ConfigError, readConfig } from './config/config.ts';
import { variableNames } from './config/environment.ts';
import { findUnusedExclusions } from './config/proxy.ts';
import { findUnknownVariables } from './config/variable-names.ts';
import { createGateway } from './gateway.ts';
import { startHttpServer } from './http/server.ts';
import { createLog, stdout } from './log.ts';
import { startLiveMode } from './modes/live.ts';
import { findServerProblem } from './valkey/check-server.ts';

/** How long pending requests may continue when no more connections are accepted, in ms. */
const graceMs = 20_000;

/**
 * Starts the process: reads the configuration, warms up, and listens.
 *
 * @returns functions that stop the process without losing a request, and that read the trusted documents again
 * @throws {ConfigError} for an invalid configuration, also if the Valkey has no such database, and {Error} when the address cannot be listened on
 */
export async function start(
  env: Record<string, string | undefined>,
): Promise<{ stop(): Promise<void>; reload(): Promise<void> }> {
  const config = readConfig(env);
  const log = createLog(config.logLevel);
  const valkeyProblem = config.valkeyUrl && (await findServerProblem(config.valkeyUrl.reveal()));
  if (valkeyProblem !== undefined) throw new ConfigError([`VALKEY_URL ${valkeyProblem}`]);
  for (const problem of findUnknownVariables(env, [...variableNames, 'NODE_EXTRA_CA_CERTS'])) log.warn(problem);
  // Before the server listens: a readiness check is answered only once the process is fast.
  if (config.warmUp) await (await import('./warm-up.ts')).warmUp(config);
  // Imported only in demo mode: the emulator's code is not loaded against a real upstream.
  const { close, ...mode } =
    config.upstreamUrl === undefined
      ? await (await import('./modes/demo.ts')).startDemoMode(config)
      : await startLiveMode(config, config.upstreamUrl, log);
  const gateway = createGateway({ config, log, ...mode });
  const documentProblems = await gateway.loadDocuments();
  if (documentProblems.length > 0) throw new ConfigError(documentProblems);
  const server = await startHttpServer(gateway.listener, config.host, config.port, {
    ...config.clientLimits,
    corsOrigins: config.http.corsOrigins,
    reusePort: config.reusePort,
    log,
  });
  if (config.mode === 'passthrough' && config.credential !== undefined && config.session.keys.length === 0) {
    log.warn('UPSTREAM_CLIENT_KEY is set, but passthrough mode calls the upstream with the tokens of callers only');
  }
  const unusedExclusions = findUnusedExclusions(config.proxy);
  if (unusedExclusions !== undefined) log.warn(unusedExclusions);
  if (config.cursorKeys.length === 0) {
    log.warn('CURSOR_KEYS is not set: cursors are encrypted with a new key, and will not survive a restart');
  }
  if (config.mode === 'demo' && config.session.keys.length === 0) {
    log.warn('SESSION_KEYS is not set: customer sessions are encrypted with a new key, and will not survive a restart');
  }

  stdout.write(greeting(config, server.url));
  return {
    async stop() {
      log.info({ drainDelayMs: config.drainDelayMs, graceMs }, 'the gateway stops: it is not ready any more');
      gateway.drain();
      await server.stop(graceMs, config.drainDelayMs);
      await gateway.close();
      await close();
      log.info('the gateway has stopped');
    },
    async reload() {
      const problems = await gateway.loadDocuments();
      if (problems.length === 0) log.info(gateway.trustedLoad(), 'the trusted documents were loaded again');
      else log.error({ problems }, 'the trusted documents stay as they are, because the new ones have problems');
    },
  };
}

function greeting({ mode, jwt, publicSchema, http: { basePath } }: Config, origin: string): string {
  const url = origin + basePath;
  const [token, query] =
    mode === 'demo'
      ? [
          '',
          '{ contact(by: {cid: "986a372347aac5e4a94516db835d58aa"}) { firstName events(first: 3) { nodes { type occurredAt } } } }',
        ]
      : [
          " -H 'authorization: Bearer <token>'",
          '{ viewer { scopes } contacts(first: 3) { totalCount nodes { cid } } }',
        ];
  const body = JSON.stringify({ query });
  return [
    `Contactgraph (${mode}) listens on ${url}`,
    ...(jwt === undefined ? [] : [`Tokens     of ${jwt.issuer} for ${jwt.audiences.join(' or ')}`]),
    ...(publicSchema ? [`GraphiQL   ${url}/graphql`] : []),
    `Try        curl ${url}/graphql -H 'content-type: application/json'${token} -d '${body}'\n`,
  ].join('\n');
}
