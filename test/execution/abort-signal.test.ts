import { execute, type GraphQLResolveInfo, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { executePlanned } from '../../src/execution/execute.ts';
import { rootValue, schema } from './support/rows-and-mutations.ts';

describe('the abort signal of an operation is created lazily', () => {
  type Ask = (info: GraphQLResolveInfo, controller: AbortController) => unknown;

  /** Executes an operation whose resolver reads the abort signal, by plan and with graphql. */
  async function ask(name: Ask) {
    const answers = [executePlanned, execute].map(async (executor) => {
      const controller = new AbortController();
      const { signal: abortSignal } = controller;
      const resolve = (_args: unknown, _context: unknown, info: GraphQLResolveInfo) => name(info, controller);
      const document = parse('{ name row { a } }');
      return executor({ schema, document, rootValue: { ...rootValue, name: resolve }, abortSignal });
    });
    return await Promise.allSettled(answers);
  }

  test('the abort signal of an operation is created only when a resolver reads it', async () => {
    const made = vi.spyOn(globalThis, 'AbortController');
    const document = parse('{ name }');
    await executePlanned({ schema, document, rootValue: { name: async () => 'later' } });
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });

  test('the abort signal is aborted when the operation ends, also for a resolver that reads it later', async () => {
    const infos: GraphQLResolveInfo[] = [];
    const signals: unknown[] = [];
    await ask(async (info) => {
      infos.push(info);
      signals.push(info.getAbortSignal());
      return 'name';
    });
    await ask((info) => {
      infos.push(info);
    });
    signals.push(...infos.map((info) => info.getAbortSignal()));
    expect(signals).toHaveLength(6);
    for (const signal of signals) expect(signal).toMatchObject({ aborted: true, reason: { name: 'AbortError' } });
  });

  test('the abort signal is aborted with the reason of an external abort', async () => {
    const signals: unknown[] = [];
    const [planned, expected] = await ask(async (info, controller) => {
      controller.abort(new Error('enough'));
      await undefined;
      signals.push(info.getAbortSignal());
    });
    expect(planned).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
    expect(String(Reflect.get(planned ?? {}, 'reason'))).toBe(String(Reflect.get(expected ?? {}, 'reason')));
    expect(signals).toHaveLength(2);
    for (const signal of signals) expect(signal).toMatchObject({ aborted: true, reason: { message: 'enough' } });
  });

  test('an external abort ends the operation before its next mutation field', async () => {
    const controller = new AbortController();
    const done: string[] = [];
    const first = async () => {
      done.push('first');
      controller.abort(new Error('enough'));
    };
    const write = { first, second: () => done.push('second') };
    const document = parse('mutation { first second }');
    const run = async () => executePlanned({ schema, document, rootValue: write, abortSignal: controller.signal });
    await expect(run()).rejects.toThrow('enough');
    await new Promise(setImmediate);
    expect(done).toEqual(['first']);
  });
});
