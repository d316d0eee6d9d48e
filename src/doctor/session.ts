import type { Secret } from '../crypto/secret.ts';
import { expectedStatus, type path } from '../upstream/wire/index.ts';
import { type BodyContract, bodies } from './contract/bodies.ts';
import { type Difference, judge } from './contract/judge.ts';
import { createObservations, type Observations, observeBody } from './contract/observe.ts';
import { keyOf, wireLine, wireNames } from './contract/wire-lines.ts';
import { type Answer, NoAnswer, type Probe, type ProbeRequest } from './probe.ts';
import type { Check, Finding } from './report.ts';

/** The key with which the check logs in. */
export type ClientKey = { readonly clientKey: string; readonly clientSecret: Secret };

/** What the checks of a run share. */
export type Session = {
  readonly probe: Probe;
  readonly token: Secret;
  readonly organizationId: string;
  readonly report: (check: Check) => void;
  /** The numbers of the calls that have succeeded. */
  readonly succeeded: Set<number>;
};

/** What a check needs that is reported. */
export type Reporting = Pick<Session, 'probe' | 'report' | 'succeeded'>;

/** The statuses of the wire contract by their meaning. */
type StatusName = keyof typeof expectedStatus;

/** A check of one or more answers to a call. */
export type CallCheck = {
  readonly call: number;
  readonly title: string;
  readonly status: StatusName;
  readonly contract: BodyContract;
  /** The name of its path in the wire contract, for a call that should succeed. */
  readonly path?: keyof typeof path;
  /** Whether another check reports the notes about the same contract, so that this one reports differences only. */
  readonly isRepeated?: boolean;
};

/** The state of a check in progress. */
export type OpenCheck = {
  readonly observations: Observations;
  readonly findings: Finding[];
  readonly notes: string[];
  /** Why the call was not possible for this client key. */
  refusal: string | undefined;
};

/** Creates the state of a check. */
export function openCheck(): OpenCheck {
  return { observations: createObservations(), findings: [], notes: [], refusal: undefined };
}

/** Adds an answer to a check: its status and media type, and the names of its body. @returns whether the body can be used */
export function addAnswer(check: CallCheck, open: OpenCheck, { status, isJson, body }: Answer): boolean {
  const expected: readonly number[] = expectedStatus[check.status];
  if (!expected.includes(status)) {
    if (status === 429 || status === 503) {
      open.refusal = `the upstream asks to slow down (status ${status})`;
      return false;
    }
    const isForbidden = status === 401 || status === 403;
    const isTokenCheck = check.status === 'tokenRefused' || check.status === 'loginRefused';
    if (isForbidden && !isTokenCheck) open.refusal = `the client key may not make this call (status ${status})`;
    if (open.refusal === undefined || check.status !== 'success') {
      addFinding(open, {
        name: 'status',
        expected: expected.join(' or '),
        came: String(status),
        wire: statusLine(check, status),
      });
    }
    if (status >= 300 !== (check.status !== 'success')) return false;
  }
  if (!isJson || body === undefined) {
    const came = body === undefined ? 'no JSON' : 'another media type';
    addFinding(open, { name: 'body', expected: 'JSON', came, wire: wireLine('envelopeField') });
  }
  if (body === undefined) return false;
  observeBody(open.observations, check.contract.decoder, structuredClone(body));
  return true;
}

/** The line that a status is about: a 404 or 405 shows a wrong path, and a refused request a wrong name in it. */
function statusLine(check: CallCheck, status: number): string {
  if (check.path === undefined || check.status !== 'success') return wireLine('expectedStatus', check.status);
  if (status === 405 && check.path === 'policies') return wireLine('method', 'policies');
  if (status === 404 || status === 405) return wireLine('path', check.path);
  const names = requestNames[check.path];
  const isRefused = status === 400 || status === 409 || status === 422;
  return isRefused && names !== undefined ? wireLine(names) : wireLine('expectedStatus', check.status);
}

/** The objects of the wire contract with the names that a call sends. */
const requestNames: { readonly [K in keyof typeof path]?: string } = {
  ...{ login: 'loginField', contacts: 'listParam', events: 'eventsParam', organizationEvents: 'eventsParam' },
  ...{ contactExists: 'existsParam', checkCredentials: 'credentialsField', createContact: 'createField' },
  ...{
    updateContact: 'updateField',
    policies: 'acceptanceField',
    issueToken: 'param',
    registerDevice: 'appDeviceField',
  },
};

/** Ends a check and reports it. @param untried why it could not be tried, if no answer was useful */
export function closeCheck(
  { report, succeeded }: Omit<Reporting, 'probe'>,
  check: CallCheck,
  open: OpenCheck,
  untried?: string,
): void {
  const { call, title, contract, isRepeated = false } = check;
  const judgement = judge(open.observations, contract);
  for (const difference of judgement.differences) addFinding(open, toFinding(contract, difference));
  // A refusal shows the status of an absent resource, say, only where the client key may make the call.
  if (check.status !== 'success') {
    if (succeeded.has(call) && open.findings.length > 0) open.refusal = undefined;
    else if (open.refusal !== undefined) open.findings.length = 0;
  }
  const { findings } = open;
  const notes = [...open.notes, ...(isRepeated ? [] : judgement.notes)];
  const reason = open.refusal ?? untried;
  const outcome = findings.length > 0 ? 'differs' : reason === undefined ? 'matches' : 'untried';
  if (check.status === 'success' && reason === undefined) succeeded.add(call);
  const unseen = judgement.unseen.length === 0 ? undefined : `not seen with a value: ${judgement.unseen.join(', ')}`;
  if (reason === undefined && unseen !== undefined && !isRepeated) notes.push(unseen);
  report({ call, title, outcome, ...(reason !== undefined && { detail: reason }), findings, notes });
}

/** Makes one call, compares its answer, and reports the check. @returns the body, if it can be used */
export async function checkCall(session: Reporting, check: CallCheck, request: ProbeRequest): Promise<unknown> {
  const open = openCheck();
  const answer = await tryCall(session.probe, request);
  if (typeof answer === 'string') {
    closeCheck(session, check, open, answer);
    return undefined;
  }
  const isUsable = addAnswer(check, open, answer);
  closeCheck(session, check, open);
  return isUsable ? answer.body : undefined;
}

/** Makes a call. @returns the answer, or why there is none */
export async function tryCall(probe: Probe, request: ProbeRequest): Promise<Answer | string> {
  try {
    return await probe.call(request);
  } catch (error) {
    if (error instanceof NoAnswer) return error.message;
    throw error;
  }
}

/** The check of a call that the upstream refuses. */
export function refusalCheck(call: number, title: string, status: StatusName): CallCheck {
  return { call, title, status, contract: bodies.error };
}

/** Reads a property of a body. */
export function field(body: unknown, name: string): unknown {
  return (Object(body) as Record<string, unknown>)[name]; // Object() returns an object for any value
}

/** Adds a finding once. */
export function addFinding(open: Pick<OpenCheck, 'findings'>, finding: Finding): void {
  const isNew = open.findings.every(({ name, came }) => name !== finding.name || came !== finding.came);
  if (isNew) open.findings.push(finding);
}

function toFinding({ top, rows }: BodyContract, { path, expected, came }: Difference): Finding {
  const names = path.split('.');
  const inRows = rows === undefined || names.length < 2 ? undefined : rows.at === '' ? names : names.slice(1);
  if (rows === undefined || inRows === undefined) {
    const object = top.find((each) => Object.values(wireNames(each)).includes(names[0])) ?? top[0] ?? '';
    return { name: path || 'body', expected, came, wire: wireLine(object, path === '' ? undefined : names[0]) };
  }
  const [outer = '', inner] = inRows;
  const wire =
    inner === undefined ? wireLine(rows.fields, outer) : wireLine(`${rows.blocks}.${keyOf(rows.fields, outer)}`, inner);
  return { name: path, expected, came, wire };
}
