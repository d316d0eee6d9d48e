import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { populate, rows, scrollSettings, size } from './support/data.ts';
import { lists } from './support/expected-list.ts';
import { type Replicas, startReplicas, ways } from './support/replicas.ts';
import { checkCases, stepsPerCase } from './support/seed.ts';
import { createModel, type Step } from './support/unchanging-model.ts';

const replica = fc.nat(2);
const place = fc.oneof(
  { weight: 5, arbitrary: fc.record({ of: fc.constant('latest' as const), edge: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ of: fc.constant('latest' as const), edge: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ of: fc.constant('any' as const), edge: fc.nat(10_000) }) },
  { weight: 1, arbitrary: fc.record({ of: fc.constant('end' as const), edge: fc.constant(0) }) },
);
const ask = fc.record({ list: fc.nat(1), backward: fc.boolean(), place, size, replica });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ kind: fc.constant('ask' as const), ask }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('together' as const), ask, size, replica }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('again' as const), back: fc.nat(20), replica }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), replica }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('expire' as const), status: fc.constantFrom(404, 409, 410) }),
  },
);

const world = fc.record({
  rows,
  lists: fc.tuple(fc.nat(lists.length - 1), fc.nat(lists.length - 1)),
  way: fc.constantFrom(...ways),
  scrolls: scrollSettings,
  steps: fc.array(step, { minLength: 1, maxLength: stepsPerCase, size: 'max' }),
});

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas.close());

test('over unchanged data every page is correct, also when scrolls and stores are lost at any time', async () => {
  await checkCases('unchanged data', 0.7, world, async (one, counter) => {
    const stack = replicas[one.way];
    stack.emulator.control.reset();
    await stack.loseStores();
    stack.emulator.control.scrolls(one.scrolls);
    populate(stack.emulator, one.rows);
    const model = createModel(stack, one.lists, one.scrolls);
    for (const step of one.steps) {
      await model.run(step);
      counter.steps += 1;
    }
  });
}, 86_400_000);
