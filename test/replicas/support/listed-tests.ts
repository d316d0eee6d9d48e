/** A test of `test/gateway`, or all of a file, that cannot hold for several gateways behind a load balancer. */
export type ListedTest = {
  /** The file in `test/gateway`, without `.test.ts`. */
  readonly file: string;
  /** The full names of the tests, or what these begin with; all tests of the file without it. */
  readonly names?: readonly string[];
  readonly reason: string;
};

/** The tests that `npm run test:replicas` leaves out. */
export const listedTests: readonly ListedTest[] = [
  {
    file: 'cache-shares',
    reason: 'CACHE_BYTES bounds the memory of each process. What a process displaces is still in the shared cache.',
  },
  {
    file: 'cached-reads',
    names: [
      'reads of the upstream > 50 concurrent operations',
      'reads of the upstream > concurrent lookups by user name',
    ],
    reason: 'Pending reads are shared within a process: each replica makes the call once.',
  },
  {
    file: 'cached-reads',
    names: ['reads of the upstream > a request with Cache-Control: no-cache'],
    reason:
      'A fresh read renews the memory of its replica and the shared cache. It is no write, so it invalidates nothing in the memory of others.',
  },
  {
    file: 'call-budget/callers',
    names: ['an operation whose reads are cached costs nothing in the end'],
    reason: 'Each replica takes a hundredth of the budget at a time, so that they know different remainders.',
  },
  {
    file: 'contact-existence-fallback',
    names: ['where the address of the call does not exist', 'the call is tried again ten minutes after the decision'],
    reason: 'Each process decides for itself whether the upstream has the call.',
  },
  {
    file: 'disconnect',
    names: ['a completed operation leaves no timer and no abort listener behind'],
    reason: 'It looks at the signal of a request, which does not pass a load balancer.',
  },
  {
    file: 'idempotency-requests',
    names: ['a client that disconnects and repeats its request'],
    reason:
      'The key of a write that was not begun is freed in Redis some milliseconds after the client has left, and until then the repetition is a retryable CONFLICT.',
  },
  {
    file: 'organization-policies-required',
    names: ['createContact > a repetition with the Idempotency-Key gets its answer although'],
    reason:
      'A test before it leaves a hanging call at one replica. A creation there joins that call, and makes none of its own.',
  },
  {
    file: 'sessions/attempts',
    names: ['an anonymous caller is its address'],
    reason: 'It sends requests over no socket, which a load balancer cannot.',
  },
];
