import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BothPaths, listenOnBothPaths, paths, times } from '../documents/support.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** A gateway with all accelerators, and one that executes by graphql's own executor. */
const kinds = ['planned', 'plain'] as const;
const stacks = {} as Record<(typeof kinds)[number], TestGateway & BothPaths>;
beforeAll(async () => {
  for (const kind of kinds) {
    const env: Record<string, string> = kind === 'plain' ? { ACCELERATORS: 'fast-path' } : {};
    const stack = await startGateway({ emulator: { contacts: 600 }, env: { ...env, MAX_UPSTREAM_CALLS: '2000' } });
    stacks[kind] = { ...stack, ...(await listenOnBothPaths(stack.gateway)) };
    await stack.query('{ contacts(first: 1) { totalCount } }'); // logs in
  }
});
beforeEach(() => {
  for (const { emulator, logged } of Object.values(stacks)) {
    emulator.control.reset();
    logged.length = 0;
  }
});
afterAll(async () => {
  for (const { stop, close } of Object.values(stacks)) {
    await stop();
    await close();
  }
});

const list = (first: number, field: string) => `{ contacts(first: ${first}) { nodes { cid ${field} } } }`;
const badCursor = (n: number) => `a${n}: events(first: 1, after: "canary") { totalCount }`;

describe.each(kinds)('an answer of the %s execution has at most 100 errors', (kind) => {
  describe.each(paths)('on the %s path', (path) => {
    const answer = (query: string, variables = {}) => stacks[kind].post(path, { query, variables });

    test(`on the ${path} path, ${kind}: 100 errors are all listed`, async () => {
      const { status, errors } = await answer(list(50, times(2, badCursor)));
      expect(status).toBe(200);
      expect(errors.map(({ extensions }) => extensions['code'])).toEqual(Array(100).fill('CURSOR_INVALID'));
    });

    test(`on the ${path} path, ${kind}: of 1,800 errors 99 are listed, the last one says how many are not, and all data are there`, async () => {
      for (let n = 0; n < 2; n += 1) {
        stacks[kind].logged.length = 0;
        const { data, errors, text } = await answer(list(600, times(3, badCursor)));
        expect(errors).toHaveLength(100);
        expect(errors.slice(0, 99).every(({ extensions }) => extensions['code'] === 'CURSOR_INVALID')).toBe(true);
        expect(errors[99]).toMatchObject({
          message: '1701 more errors are not listed.',
          extensions: { code: 'ERRORS_OMITTED', retryable: false, requestId: expect.any(String) },
        });
        expect(errors[99]).not.toHaveProperty('path');
        expect(data.contacts.nodes).toHaveLength(600);
        expect(data.contacts.nodes.at(-1)).toEqual({ cid: expect.any(String), a0: null, a1: null, a2: null });
        expect(text).not.toContain('canary');
        expect(JSON.parse(stacks[kind].logged.at(-1) ?? '{}').errors).toHaveLength(100);
      }
    });

    test(`on the ${path} path, ${kind}: several errors of one field count each`, async () => {
      const field = (n: number) => `a${n}: contacts(first: -1, filter: {phone: "1", email: "2"}) { totalCount }`;
      const { errors } = await answer(`{ ${times(60, field)} }`);
      expect(errors).toHaveLength(100);
      expect(errors[99]?.extensions['code']).toBe('ERRORS_OMITTED');
      const [, omitted] = /^(\d+) more/.exec(errors[99]?.message ?? '') ?? [];
      const { errors: one } = await answer(`{ ${field(0)} }`);
      expect(Number(omitted)).toBe(60 * one.length - 99);
      expect(one.length).toBeGreaterThan(1);
      expect(stacks[kind].emulator.control.calls()).toEqual([]);
    });

    test(`on the ${path} path, ${kind}: errors of non-null fields make their objects null, also beyond 100 of them`, async () => {
      const { data, errors } = await answer(`{ ${times(150, (n) => `a${n}: contacts(first: 0) { totalCount }`)} }`);
      expect(errors).toHaveLength(100);
      expect(errors[99]?.message).toBe('51 more errors are not listed.');
      expect(data).toEqual(Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`a${n}`, null])));
    });
  });
});
