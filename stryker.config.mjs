// What `npm run mutate` does: it breaks the guards in one way after another, and sees whether a test fails each time.
// One file alone: `npm run mutate -- --mutate src/upstream/resilience/rate-limit-gate.ts`.
export default {
  // The chain only puts them in their order, which the tests in test/faults are about.
  mutate: ['src/upstream/{cache,resilience}/*.ts', '!src/upstream/resilience/pipeline.ts'],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  // It cannot read tsconfig.json: TypeScript 7 has no API for it. Nor is there a need to, without type checks.
  tsconfigFile: 'none',
  // The tests beside it are those that are copied. `testFiles` would say so, too, but with it Stryker 10 does not break
  // what is computed once, as a module is loaded.
  ignorePatterns: [
    '**',
    '!{src,emulator,test/support}/**',
    '!test/upstream/{cache,resilience}/**',
    '!*.config.ts',
    '!tsconfig.json',
  ],
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  thresholds: { high: 95, low: 90, break: 90 },
};
