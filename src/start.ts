import cluster from 'node:cluster';
import { reportToPrimary, sendToPrimary } from './cluster/worker.ts';
import { type Config, ConfigError, readConfig } from './config/config.ts';
import { findWarnings } from './config/warnings.ts';
import { checkPort } from './http/check-port.ts';
import { startHttpServer } from './http/server.ts';
import { createLog, type Log, stdout } from './log.ts';
import type { GatewayState } from './metrics/gateway-state.ts';
import type { Operator } from './metrics/operator.ts';
import { startTracing } from './tracing/start.ts';

/** Why a process stops. */
export type StopCause = {
  /** The name of the signal, for the log. */
  signal?: NodeJS.Signals;
  /** Whether another worker has taken the place of this one, so that the gateway stays ready. */
  isReplaced?: boolean;
};

/** What runs in this process: a gateway, or the workers that are gateways. */
export type Running = {
  /** Stops without losing a request. */
  stop(cause: StopCause): Promise<void>;
  /** Reads the trusted documents again. */
  reload(): Promise<void>;
};

/**
 * Starts the process: a gateway, or with `WORKERS` the processes that are gateways.
 *
 * @param script the path of the script that calls this function in this process and in the workers
 * @throws {ConfigError} for an invalid configuration, also if the Valkey has no such database, and {Error} when the address cannot be listened on
 */
export async function start(env: Record<string, string | undefined>, script: string): Promise<Running> {
  const config = readConfig(env);
  const log = createLog(config.logLevel);
  if (cluster.isWorker) {
    const gateway = await startGateway(config, log);
    void sendToPrimary({ type: 'listening', url: gateway.url });
    return gateway;
  }
  for (const warning of findWarnings(env, config)) log.warn(warning);
  await checkPort(config);
  if (config.metrics !== undefined) await checkPort(config.metrics);
  const running = config.workers === 1 ? await startGateway(config, log) : await startWorkers(config, script, log);
  stdout.write(greeting(config, running.url));
  return running;
}

/** Starts the workers. Their code is not loaded by a single process. */
async function startWorkers(
  { workers, drainDelayMs, graceMs, metrics }: Config,
  script: string,
  log: Log,
): Promise<Running & { url: string }> {
  const { startPrimary } = await import('./cluster/primary.ts');
  return startPrimary({ workers, script, metrics, log, stopWithinMs: drainDelayMs + graceMs + 10_000 });
}

/** Starts a gateway in this process: warms up, and listens. */
async function startGateway(config: Config, log: Log): Promise<Running & { url: string }> {
  // Imported only in a process that serves requests: a primary would hold 50 MB for code that it does not run.
  const { createGateway } = await import('./gateway.ts');
  const { startLiveMode } = await import('./modes/live.ts');
  const { findServerProblem } = await import('./valkey/check-server.ts');
  const valkeyProblem = config.valkeyUrl && (await findServerProblem(config.valkeyUrl.reveal()));
  if (valkeyProblem !== undefined) throw new ConfigError([`VALKEY_URL ${valkeyProblem}`]);
  // Before the server listens: a readiness check is answered only once the process is fast.
  if (config.warmUp) await (await import('./warm-up.ts')).warmUp(config);
  const tracing = await startTracing(config.tracing, log);
  const operator = await prepareOperator(config);
  const observers = operator?.observers;
  // Imported only in demo mode: the emulator's code is not loaded against a real upstream.
  const { close, issuerKeys, ...mode } =
    config.upstreamUrl === undefined
      ? await (await import('./modes/demo.ts')).startDemoMode({ ...config, observers })
      : await startLiveMode(config, config.upstreamUrl, log, observers);
  const gateway = createGateway({ config, log, observers, tracing, ...mode });
  const documentProblems = await gateway.loadDocuments();
  if (documentProblems.length > 0) throw new ConfigError(documentProblems);
  const server = await startHttpServer(gateway.listener, config.host, config.port, {
    ...config.clientLimits,
    corsOrigins: config.http.corsOrigins,
    reusePort: config.reusePort,
    log,
  });
  const readState = () => ({
    ...{ ...gateway.state(), http: server.state() },
    ...{ jwks: issuerKeys?.(), droppedLogLines: stdout.droppedLines() },
  });
  const operatorServer = await serveOperator(operator, readState, log);
  return {
    url: server.url,
    async stop({ signal, isReplaced = false }) {
      const { drainDelayMs, graceMs } = config;
      const { connections, pendingRequests } = server.state();
      const counts = { connections, pendingRequests };
      if (isReplaced) log.info({ graceMs, ...counts }, 'the gateway stops: another worker has replaced it');
      else {
        log.info({ signal, drainDelayMs, graceMs, ...counts }, 'the gateway stops: it is not ready any more');
        gateway.drain();
      }
      await server.stop(graceMs, isReplaced ? 0 : drainDelayMs);
      await gateway.close();
      await close();
      await operatorServer?.close();
      await tracing?.close();
      log.info('the gateway has stopped');
    },
    async reload() {
      const problems = await gateway.loadDocuments();
      if (problems.length === 0) log.info(gateway.trustedLoad(), 'the trusted documents were loaded again');
      else log.error({ problems }, 'the trusted documents stay as they are, because the new ones have problems');
    },
  };
}

/** Without `METRICS_PORT` nothing is imported and nothing is measured. */
async function prepareOperator({ metrics }: Config): Promise<Operator | undefined> {
  return metrics && (await import('./metrics/operator.ts')).prepareOperator(metrics);
}

/** Serves the metrics; in a worker the primary serves those of all workers. */
async function serveOperator(operator: Operator | undefined, readState: () => GatewayState, log: Log) {
  if (operator === undefined || !cluster.isWorker) return operator?.listen(readState, log);
  operator.watch(readState);
  return reportToPrimary(operator);
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
