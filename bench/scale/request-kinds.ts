import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { inRepository, run, startEmulator, untilPrinted } from '../cursors/processes.ts';
import type { CommandCount } from './measured.ts';
import { startRedis } from './redis-server.ts';

type Reply = {
  data: Record<string, never> & { contacts: { nodes: { id: string; cid: string }[]; pageInfo: { endCursor: string } } };
};

const page = `query ($first: Int!, $after: String) {
  contacts(first: $first, after: $after) { nodes { id cid } pageInfo { endCursor } }
}`;
const contact = `query ($cid: ID!) { contact(by: {cid: $cid}) {
  firstName events(first: 20) { nodes { eventId } } devices(first: 20) { nodes { macAddress } } accountings(first: 20) { nodes { accountingId } }
} }`;
const update = `mutation ($id: ID!, $name: String!) {
  updateContact(input: {id: $id, firstName: $name}) { contact { firstName } userErrors { message } }
}`;

const issue = `mutation ($id: ID!) {
  issueContactToken(input: {id: $id, expiresIn: 60, hits: 1}) { userErrors { message } }
}`;

/** Counts the commands that single requests of each kind send to Valkey, and those of a process without requests. */
export async function countCommands(): Promise<{ requests: Record<string, CommandCount>; idleCommands: number }> {
  await using stack = new AsyncDisposableStack();
  const emulator = stack.use(await startEmulator(1_000));
  const redis = stack.use(await startRedis());
  const env = {
    ...{ PORT: '0', NODE_ENV: 'production', UPSTREAM_URL: emulator.url, VALKEY_URL: redis.url },
    CURSOR_KEYS: randomBytes(32).toString('base64'),
  };
  const { child, end } = run([inRepository('src/main.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  stack.defer(end);
  const [, url = ''] = await untilPrinted(child, /listens on (\S+)/);

  const send = async (query: string, variables: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url.replace(/\/$/, '')}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${emulator.token}`, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const reply = JSON.parse(text) as Reply & { errors?: unknown };
    if (reply.errors !== undefined || text.includes('"message"'))
      throw new Error(`The gateway answered ${text.slice(0, 300)}`);
    return reply.data;
  };
  const idleSeconds = 10;
  const count = async (send: () => Promise<unknown>) => {
    const before = await redis.usage();
    await send();
    await wait(100); // What is stored after the answer is counted as well; heartbeats in this time are not many.
    const after = await redis.usage();
    return { scripts: after.scripts - before.scripts, commands: after.commands - before.commands };
  };
  await send(contact, { cid: 'absent' }).catch(() => undefined);
  const first = await send(page, { first: 20 });
  const [contactToRead, ...others] = first.contacts.nodes;
  const cid = contactToRead?.cid;
  const after = first.contacts.pageInfo.endCursor;
  const key = { 'idempotency-key': 'scale-1' };
  const requests = {
    'a contact with three branches': await count(() => send(contact, { cid })),
    'the same again': await count(() => send(contact, { cid })),
    'the first page of a list': await count(() => send(page, { first: 21 })),
    'the next page': await count(() => send(page, { first: 20, after })),
    updateContact: await count(() => send(update, { id: others[0]?.id, name: 'Anna' })),
    'issueContactToken with an Idempotency-Key': await count(() => send(issue, { id: others[1]?.id }, key)),
  };
  const idle = await count(() => wait(idleSeconds * 1_000));
  return { requests, idleCommands: (idle.scripts + idle.commands) / idleSeconds };
}
