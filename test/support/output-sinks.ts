import { inspect } from 'node:util';
import type { Emulator } from '../../emulator/emulator.ts';
import { authenticateAsFixedCaller } from '../../src/auth/authenticate.ts';
import { Secret } from '../../src/crypto/secret.ts';
import type { IdempotencyStore } from '../../src/idempotency/store.ts';
import { createLog } from '../../src/log.ts';
import { createUpstreamClient } from '../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../src/upstream/credential/service-credential.ts';
import type { ScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';
import { scopes } from '../../src/upstream/wire/index.ts';
import type { WriteLog } from '../../src/upstream/write-log/write-log.ts';
import { buildGateway } from './build-gateway.ts';
import { type Answer, toAnswer } from './gateway.ts';

/** The outputs of a gateway that could contain a secret. */
export const sinkNames = [
  'log',
  'process',
  'errors',
  'headers',
  'idempotencyStore',
  'writeLog',
  'scrollSessionStore',
  'upstream',
  'caller',
] as const;
export type Sinks = Readonly<Record<(typeof sinkNames)[number], string[]>>;

export type SinkGateway = {
  sinks: Sinks;
  query(query: string, variables?: object, key?: string, authorization?: string): Promise<Answer>;
  /** The token of the last upstream call. */
  bearer(): string;
  close(): Promise<void>;
};

export type SinkOptions = {
  emulator: Emulator;
  env: Record<string, string>;
  stores: { scrollSessionStore: ScrollSessionStore; writeLog: WriteLog; idempotencyStore: IdempotencyStore };
};

/** Starts a gateway and records as text all that it logs, stores, throws and sends. */
export function startWithSinks({ emulator, env, stores }: SinkOptions): SinkGateway {
  const sinks: Sinks = {
    ...{
      log: [],
      process: [],
      errors: [],
      headers: [],
      idempotencyStore: [],
      writeLog: [],
      scrollSessionStore: [],
      upstream: [],
      caller: [],
    },
  };
  const release = captureProcessOutput(sinks.process);
  const client = createUpstreamClient({ url: emulator.url });
  const { clientKey, clientSecret, organizationId } = emulator;
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  const authenticate = authenticateAsFixedCaller({ organizationId, subject: 'test', scopes, credential });
  let bearer = '';
  const gateway = buildGateway({
    env,
    client: {
      ...client,
      send(call, timeoutMs) {
        bearer = call.bearer?.reveal() ?? bearer;
        return client.send(call, timeoutMs).catch((error: unknown) => {
          sinks.upstream.push(textOf(error));
          throw error;
        });
      },
    },
    async authenticate(headers, call) {
      const caller = await authenticate(headers, call);
      sinks.caller.push(textOf(caller));
      return caller;
    },
    organizationIds: [organizationId],
    findCredential: (cid) => (cid === organizationId ? credential : undefined),
    log: createLog('trace', { write: (line: string) => void sinks.log.push(line) }),
    scrollSessionStore: recordCalls(stores.scrollSessionStore, sinks.scrollSessionStore),
    writeLog: recordCalls(stores.writeLog, sinks.writeLog),
    idempotencyStore: recordCalls(stores.idempotencyStore, sinks.idempotencyStore),
  });
  return {
    sinks,
    bearer: () => bearer,
    async query(query, variables = {}, key, authorization) {
      const response = await gateway.fetch('http://gateway/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: JSON.stringify({ query, variables, extensions: { explain: true } }),
      });
      sinks.headers.push(JSON.stringify([...response.headers]));
      const answer = await toAnswer(response);
      sinks.errors.push(JSON.stringify(answer.errors));
      return answer;
    },
    async close() {
      await gateway.close();
      await client.close();
      release();
    },
  };
}

/** A store whose arguments and results are recorded, also those of the objects that it returns. */
function recordCalls<T extends object>(store: T, sink: string[]): T {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        sink.push(textOf(args));
        const result: unknown = Reflect.apply(member, target, args);
        return result instanceof Promise
          ? result.then((value) => recordResult(value, sink))
          : recordResult(result, sink);
      };
    },
  });
}

function recordResult(value: unknown, sink: string[]): unknown {
  sink.push(textOf(value));
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  return Object.values(value).some((member) => typeof member === 'function') ? recordCalls(value, sink) : value;
}

/** All of a value as text, with hidden properties, and with bytes decoded as text. */
function textOf(value: unknown): string {
  const bytes: string[] = [];
  const visited = new Set<unknown>();
  (function collect(member: unknown): void {
    if (typeof member !== 'object' || member === null || visited.has(member)) return;
    visited.add(member);
    if (Buffer.isBuffer(member)) bytes.push(member.toString('latin1'));
    else for (const name of Reflect.ownKeys(member)) collect(Reflect.getOwnPropertyDescriptor(member, name)?.value);
  })(value);
  const inspectOptions = {
    depth: 12,
    showHidden: true,
    maxStringLength: null,
    maxArrayLength: null,
    breakLength: Infinity,
  };
  return [inspect(value, inspectOptions), ...bytes].join('\n');
}

function captureProcessOutput(sink: string[]): () => void {
  const restore = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream;
    stream.write = ((...args: Parameters<typeof write>) => {
      sink.push(textOf(args));
      return Reflect.apply(write, stream, args);
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  const record = (...args: unknown[]) => void sink.push(textOf(args));
  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const;
  for (const method of methods) {
    const { [method]: original } = console;
    console[method] = record; // The console of a test runner does not write to the process.
    restore.push(() => {
      console[method] = original;
    });
  }
  const events = ['warning', 'unhandledRejection'] as const;
  for (const event of events) process.on(event, record);
  return () => {
    for (const each of restore) each();
    for (const event of events) process.off(event, record);
  };
}

/** A value in plain, hexadecimal and base64 form. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // The base64 form of a substring depends on its offset in the longer text, modulo three.
  const aligned = [0, 1, 2].map((from) => bytes.subarray(from, from + Math.floor((bytes.length - from) / 3) * 3));
  const encoded = aligned.flatMap((bytes) => [bytes.toString('base64'), bytes.toString('base64url')]);
  return [value, bytes.toString('hex'), ...encoded];
}
