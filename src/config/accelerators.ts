import { z } from 'zod';

/**
 * What makes the gateway faster and may be left out; each is wired in one line of `gateway.ts`. Without any of them a
 * request takes the plain path: Yoga, graphql's executor, resolvers, loaders, the resilience stack, undici.
 *
 * - `fast-path`: JSON POST requests are answered without Yoga's `Request` and `Response`.
 * - `deduplicate`: identical pending operations share one execution; it is part of the fast path.
 * - `planned-execution`: selections are planned once per document.
 * - `generated-rows`: code is generated that reads the rows of the upstream and makes the rows of an answer.
 * - `prefetch`: the next page of a long scroll is requested before the client asks for it.
 */
export const accelerators = ['fast-path', 'deduplicate', 'planned-execution', 'generated-rows', 'prefetch'] as const;

/** The name of an accelerator in `ACCELERATORS`. */
export type Accelerator = (typeof accelerators)[number];

const rule = `is all, none or some of ${accelerators.join(', ')}, with commas, and deduplicate only with fast-path`;

/** The value of `ACCELERATORS`, as the set of the accelerators that are switched on. */
export const acceleratorList = z.string().transform((value, context): ReadonlySet<Accelerator> => {
  const names = new Set(value.split(',').map((name) => name.trim()));
  if (value === 'all') return new Set(accelerators);
  if (value === 'none') return new Set();
  const on = new Set(accelerators.filter((name) => names.has(name)));
  if (on.size === names.size && (on.has('fast-path') || !on.has('deduplicate'))) return on;
  context.addIssue({ code: 'custom', message: rule });
  return z.NEVER;
});
