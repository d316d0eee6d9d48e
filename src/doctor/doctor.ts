import { ConfigError } from '../config/config.ts';
import {
  accessCalls,
  checkClaims,
  checkLogin,
  checkLogout,
  checkRefusedLogin,
  checkRefusedTokens,
  checkSecondLogin,
  logoutCalls,
} from './checks/access.ts';
import { cleanUpCalls } from './checks/clean-up.ts';
import { checkOrganization, organizationCalls } from './checks/organization.ts';
import { checkContact, checkContacts, checkRefusedReads, checkService, readCalls } from './checks/reads.ts';
import { mostComplete } from './checks/rows.ts';
import { checkScrollLifetime, lifetimeCalls } from './checks/scroll-lifetime.ts';
import { contactList, eventList } from './checks/scrolled-lists.ts';
import { checkScroll, scrollCalls } from './checks/scrolls.ts';
import { checkWrites, writeCalls } from './checks/writes.ts';
import { createProbe } from './probe.ts';
import { type Check, formatJson, formatReport, type Report } from './report.ts';
import type { Session } from './session.ts';
import { findTarget, type Target } from './target.ts';

/** What a run checks. */
export type DoctorOptions = {
  readonly write: boolean;
  readonly slow: boolean;
  readonly json: boolean;
  /** An app of the organization, as `isApp` accepts it. */
  readonly app: string | undefined;
  /** The id of a contact that is read before others. */
  readonly contact: string | undefined;
};

/** What a run needs from its process. */
export type DoctorProcess = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes the results. */
  print(text: string): Promise<void>;
  /** Writes a line for the reader of a terminal or a log. */
  report(line: string): void;
  /** The same for the progress of the work. */
  reportProgress(line: string): void;
  /** Stops the check. A contact that it has created is deleted before it ends. */
  readonly signal: AbortSignal;
  /** Waits for so many ms, with `slow`. */
  readonly pause?: (ms: number) => Promise<void>;
};

const exitCodes = { matches: 0, differs: 1, usage: 2, unreachable: 3, stopped: 130 };

/** Whether a text is an app with the name of its operating system, like `ios_com.example.app`. */
export function isApp(text: string): boolean {
  return /^[A-Za-z]+_[\w-]+(?:\.[\w-]+)*$/.test(text);
}

/** Compares an upstream with the wire contract and prints the results. @returns the exit code */
export async function runDoctor(options: DoctorOptions, run: DoctorProcess): Promise<number> {
  try {
    const target = await findTarget(run.env);
    try {
      return await check(run, options, target);
    } finally {
      await target.close();
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) run.report(problem);
    return exitCodes.usage;
  }
}

async function check(run: DoctorProcess, options: DoctorOptions, target: Target): Promise<number> {
  const { url, proxy, key } = target;
  const maxCalls = plannedCalls(options);
  run.report(`Checking ${url} with at most ${maxCalls} calls, one after the other`);
  const probe = createProbe({ url, proxy, maxCalls, reserved: logoutCalls + cleanUpCalls, signal: run.signal });
  const checks: Check[] = [];
  const report = (done: Check) => {
    checks.push(done);
    run.reportProgress(`  ${done.title}: ${done.outcome}`);
  };
  try {
    const reporting = { probe, report, succeeded: new Set<number>() };
    const token = await checkLogin(reporting, key);
    const result = token && (await checkAccount({ ...reporting, token }, target, run, options));
    const leftBehind = result?.leftBehind;
    const all: Report = { upstream: url, calls: probe.count(), checks, ...(leftBehind && { leftBehind }) };
    await run.print(options.json ? formatJson(all) : formatReport(all));
    if (run.signal.aborted) return exitCodes.stopped;
    if (leftBehind !== undefined || checks.some(({ outcome }) => outcome === 'differs')) return exitCodes.differs;
    if (result === undefined) return exitCodes.unreachable;
    return result.isComplete ? exitCodes.matches : exitCodes.usage;
  } finally {
    await probe.close();
  }
}

/** Makes the checks that need a token: all of them, unless the organization is not known. */
async function checkAccount(
  access: Omit<Session, 'organizationId'>,
  target: Target,
  run: DoctorProcess,
  { write, slow, app = target.app, contact }: DoctorOptions,
): Promise<{ isComplete: boolean; leftBehind?: string | undefined }> {
  const { probe, token } = access;
  const tokens = [token];
  try {
    await checkRefusedLogin(access);
    const issuer = checkClaims(access, token);
    const found = issuer === undefined ? [] : await checkService(access, issuer);
    const organizationId = target.organizationId ?? found[0];
    if (organizationId === undefined) {
      run.report('ORGANIZATION_ID is needed, because the upstream does not tell the organization');
      return { isComplete: false };
    }
    const session = { ...access, organizationId };
    const second = await checkSecondLogin(session, target.key);
    if (second !== undefined) tokens.push(second);
    await checkRefusedTokens(session);
    const cids = mostComplete(await checkContacts(session));
    const sampled = contact === undefined ? cids : [contact, ...cids];
    await checkContact(session, sampled);
    await checkRefusedReads(session);
    await checkOrganization(session, sampled[0], app);
    await checkScroll(session, contactList(session));
    await checkScroll(session, eventList(session));
    if (slow) await checkScrollLifetime(session, run.pause);
    return { isComplete: true, leftBehind: write ? await checkWrites(session) : undefined };
  } finally {
    probe.beginCleanUp(); // The tokens must also be revoked when the check was stopped.
    await checkLogout(access, tokens);
  }
}

/** The largest number of calls of a run. */
function plannedCalls({ write, slow }: DoctorOptions): number {
  const calls = accessCalls + logoutCalls + readCalls + organizationCalls + scrollCalls;
  return calls + cleanUpCalls + (write ? writeCalls : 0) + (slow ? lifetimeCalls : 0);
}
