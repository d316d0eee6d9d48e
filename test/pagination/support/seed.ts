import fc from 'fast-check';

/** `CURSOR_SEED` repeats a run, `CURSOR_STEPS` makes it longer. */
const seed = Number(process.env['CURSOR_SEED'] ?? Date.now() % 2 ** 31);
const wanted = Number(process.env['CURSOR_STEPS'] ?? 10_000);

/** The maximum of steps of one case: enough to reach every state of a cursor, and few enough to read a failure. */
export const stepsPerCase = 120;

/** The time for which a failing case is shrunk, in ms. */
const shrinkMs = 20_000;

export type Counter = { steps: number };

/** Runs a property until its share of the steps is done, and prints how to repeat it, also when it succeeds. */
export async function checkCases<T>(
  name: string,
  share: number,
  cases: fc.Arbitrary<T>,
  run: (value: T, counter: Counter) => Promise<void>,
): Promise<void> {
  const counter = { steps: 0 };
  const steps = Math.ceil(wanted * share);
  const started = performance.now();
  process.stdout.write(`${name}: CURSOR_SEED=${seed}\n`);
  let shrinkUntil: number | undefined;
  const property = fc.asyncProperty(cases, async (value) => {
    if (shrinkUntil === undefined ? counter.steps >= steps : performance.now() > shrinkUntil) return;
    try {
      await run(value, counter);
    } catch (error) {
      shrinkUntil ??= performance.now() + shrinkMs;
      throw error;
    }
  });
  const result = await fc.check(property, { seed, numRuns: steps });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${name}: ${counter.steps} steps, CURSOR_SEED=${seed}, ${seconds} s\n`);
  if (result.failed) throw new Error(fc.defaultReportMessage(result), { cause: result.errorInstance });
  if (counter.steps < steps) throw new Error(`Only ${counter.steps} of ${steps} steps were made.`);
}
