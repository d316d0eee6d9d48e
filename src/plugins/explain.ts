import type { PlannedCalls } from '../cost/operation-cost.ts';
import type { EndpointName } from '../upstream/client/endpoint-name.ts';
import { describeEndpoint } from '../upstream/client/endpoint-template.ts';
import type { Step, UpstreamUsage } from '../upstream/operation/usage.ts';
import type { OperationContext } from './plugin.ts';
import type { ResultStep } from './result-pipeline.ts';

/** The endpoints of the reads and writes that have another name. */
const endpointsOfResources: Readonly<Record<string, EndpointName>> = {
  search: 'contacts',
  existence: 'contactExists',
  revokeToken: 'logout',
};

/**
 * Adds to the result, as `extensions.explain`, what an operation did with the upstream, where the request has
 * `extensions: { explain: true }`: each read and write with its times in ms, the source of its data, and the requests that
 * were sent for it. With `explainOnly` it is the plan of an operation that was not executed.
 */
export const explain: ResultStep = (result, context) => {
  const { resolverContext } = context;
  const usage = resolverContext?.usage;
  if (usage?.steps === undefined) return result;
  const explanation =
    resolverContext?.planRequest === 'allowed' ? explainPlan(context) : explainCalls(context, usage, usage.steps);
  return { ...result, extensions: { ...result.extensions, explain: explanation } };
};

function explainCalls({ plan = [], cost }: OperationContext, usage: UpstreamUsage, steps: readonly Step[]) {
  const saved = steps.filter(({ origin }) => origin !== 'upstream').length;
  const attempts = steps.flatMap((step) => step.attempts);
  return {
    summary: `${counted(usage.calls, 'call')}, ${saved} saved`,
    ...{ requests: usage.calls, saved },
    cost: cost && { requested: cost.requested, actual: cost.actual },
    ms: round(performance.now() - usage.startedAt),
    admissionMs: round(usage.admissionMs),
    bytes: attempts.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    steps: steps.map((step) => explainStep(step, plan)),
  };
}

function explainStep({ resource, startedMs, ms, ageMs, attempts, ...step }: Step, plan: readonly PlannedCalls[]) {
  const endpoint = endpointsOfResources[resource] ?? resource;
  return {
    resource,
    ...step,
    endpoint: attempts[0]?.endpoint ?? describeEndpoint(endpoint),
    paths: plan.filter(({ endpoints }) => endpoints.includes(endpoint)).map(({ path }) => path),
    startedMs: round(startedMs),
    ms: round(ms),
    ageMs: ageMs === undefined ? undefined : round(ageMs),
    attempts: attempts.map(({ startedMs, ms, waitedMs, ...attempt }) => ({
      ...attempt,
      startedMs: round(startedMs),
      ms: round(ms),
      waitedMs: round(waitedMs),
    })),
  };
}

function explainPlan({ plan = [], cost }: OperationContext) {
  const calls = cost?.requested ?? 0;
  return {
    summary: `Up to ${counted(calls, 'call')}, none made`,
    ...{ requests: 0, saved: 0 },
    cost: { requested: calls, actual: 0 },
    plan: plan.map(({ endpoints, ...field }) => ({
      ...field,
      endpoints: endpoints.map((endpoint) => describeEndpoint(endpoint)),
    })),
    steps: [],
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
