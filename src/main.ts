import { type Config, ConfigError, readConfig } from './config/config.ts';
import { createGateway } from './gateway.ts';
import { startHttpServer } from './http/server.ts';
import { createLog } from './log.ts';
import { startLiveMode } from './modes/live.ts';

/** How long pending requests may continue after SIGTERM, in ms. */
const graceMs = 20_000;

try {
  await run(readConfig(process.env));
} catch (error) {
  const problem = error instanceof Error ? error.message : String(error);
  const problems = error instanceof ConfigError ? error.problems : [problem];
  process.stderr.write(`Contactgraph cannot start:\n${problems.map((text) => `  - ${text}\n`).join('')}`);
  process.exit(1); // also ends what has already started, like the emulator
}

async function run(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  // Before the server listens: a readiness check is answered only once the process is fast.
  if (config.warmUp) await (await import('./warm-up.ts')).warmUp(config);
  // Imported only in demo mode: the emulator's code is not loaded against a real upstream.
  const { close, ...mode } =
    config.upstreamUrl === undefined
      ? await (await import('./modes/demo.ts')).startDemoMode(config)
      : await startLiveMode(config, config.upstreamUrl, log);
  const gateway = createGateway({ config, log, ...mode });
  const server = await startHttpServer(gateway.listener, config.host, config.port, {
    ...config.clientLimits,
    reusePort: config.reusePort,
    log,
  });
  if (config.mode === 'passthrough' && config.credential !== undefined && config.session.keys.length === 0) {
    log.warn('UPSTREAM_CLIENT_KEY is set, but passthrough mode calls the upstream with the tokens of callers only');
  }
  if (config.cursorKeys.length === 0) {
    log.warn('CURSOR_KEYS is not set: cursors are encrypted with a new key, and will not survive a restart');
  }
  if (config.mode === 'demo' && config.session.keys.length === 0) {
    log.warn('SESSION_KEYS is not set: customer sessions are encrypted with a new key, and will not survive a restart');
  }

  const stop = async () => {
    gateway.drain();
    await server.stop(graceMs);
    await gateway.close();
    await close();
  };
  // Only for the first signal: a second one ends the process at once, which is Node's default.
  process.once('SIGTERM', stop).once('SIGINT', stop);
  log.flush(); // so that warnings about the configuration are printed before the greeting
  process.stdout.write(greeting(config, server.url));
}

function greeting({ mode, jwt, publicSchema }: Config, url: string): string {
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
