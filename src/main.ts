import { authenticateAs, authenticateByToken } from './auth/authenticate.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { listen } from './listen.ts';
import { createLog } from './log.ts';
import { createGateway } from './server.ts';
import { createUpstreamClient } from './upstream/client.ts';

/** How long requests in flight may go on after SIGTERM, in ms. */
const grace = 20_000;

try {
  await run(readConfig(process.env));
} catch (error) {
  const reasons =
    error instanceof ConfigError ? error.problems : [error instanceof Error ? error.message : String(error)];
  process.stderr.write(`Contactgraph cannot start:\n${reasons.map((reason) => `  - ${reason}\n`).join('')}`);
  process.exit(1); // whatever has started already, like the emulator, goes with it
}

async function run(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  // Loaded only where it is served: against a real upstream there is no emulator in the process.
  const demo = config.upstreamUrl === undefined ? await (await import('./demo.ts')).embedDemo(config) : undefined;
  const client = createUpstreamClient({ url: config.upstreamUrl ?? demo?.url ?? '' });
  const authenticate =
    demo === undefined ? authenticateByToken(config.organizationId) : authenticateAs(demo.callerOf(client));
  const gateway = createGateway({ config, client, authenticate, log });
  const server = await listen(gateway, config.host, config.port);
  greet(config, server.url);

  const stop = async () => {
    gateway.drain();
    await server.stop(grace);
    await client.close();
    await demo?.close();
  };
  // Once: a second signal ends the process at once, as it does everywhere.
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

function greet({ mode, publicSchema }: Config, url: string): void {
  const explore = publicSchema ? `GraphiQL   ${url}/graphql\n` : '';
  const query = `{ contact(by: {cid: "986a372347aac5e4a94516db835d58aa"}) { firstName events(first: 3) { nodes { type occurredAt } } } }`;
  const token = mode === 'demo' ? '' : ` -H 'authorization: Bearer <token>'`;
  process.stdout.write(`Contactgraph (${mode})
${explore}Try        curl ${url}/graphql -H 'content-type: application/json'${token} -d '${JSON.stringify({ query })}'
`);
}
