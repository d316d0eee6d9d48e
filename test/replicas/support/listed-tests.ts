/** A test of `test/gateway`, or all of a file, that cannot hold for several gateways behind a load balancer. */
export type ListedTest = {
  /** The file in `test/gateway`, without `.test.ts`. */
  readonly file: string;
  /** The beginning of the full name of the test; all tests of the file without it. */
  readonly name?: string;
  readonly reason: string;
};

/** The tests that `npm run test:replicas` leaves out. */
export const listedTests: readonly ListedTest[] = [];
