import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { createModel, type Step } from './support/changing-model.ts';
import { populate, rows, scrollSettings, size } from './support/data.ts';
import { lists } from './support/expected-list.ts';
import { type Replicas, startReplicas, ways } from './support/replicas.ts';
import { checkCases, stepsPerCase } from './support/seed.ts';

const replica = fc.nat(2);
const traversal = fc.nat(2);
const contact = fc.nat(10_000);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ kind: fc.constant('next' as const), traversal, size, replica }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('again' as const), traversal, size, replica }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('insert' as const), fields: contact }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('touch' as const), contact }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rename' as const), contact, seen: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), contact, seen: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), contact, count: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('lose' as const), replica }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('expire' as const), status: fc.constantFrom(404, 409, 410) }) },
);

const world = fc.record({
  rows,
  lists: fc.tuple(fc.nat(lists.length - 1), fc.nat(lists.length - 1), fc.nat(lists.length - 1)),
  backward: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  way: fc.constantFrom(...ways),
  scrolls: scrollSettings,
  steps: fc.array(step, { minLength: 1, maxLength: stepsPerCase, size: 'max' }),
});

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas.close());

test('over changing data no row is returned twice, and no row that exists throughout is missing', async () => {
  await checkCases('changing data', 0.35, world, async (one, counter) => {
    const stack = replicas[one.way];
    stack.emulator.control.reset();
    await stack.loseStores();
    stack.emulator.control.scrolls(one.scrolls);
    populate(stack.emulator, one.rows);
    const model = createModel(stack, one.lists, one.backward);
    for (const step of one.steps) {
      await model.run(step);
      counter.steps += 1;
    }
    await model.finish();
  });
}, 86_400_000);
