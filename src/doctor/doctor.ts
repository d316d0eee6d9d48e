import { ConfigError } from '../config/config.ts';
import {
  accessCalls,
  checkClaims,
  checkLogin,
  checkLogout,
  checkRefusedLogin,
  checkRefusedTokens,
  checkSecondLogin,
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
  const planned = plannedCalls(options);
  run.report(`Checking ${target.url} with at most ${planned} calls, one after the other`);
  const probe = createProbe({ url: target.url, proxy: target.proxy, maxCalls: planned, signal: run.signal });
  const checks: Check[] = [];
  const report = (done: Check) => {
    checks.push(done);
    run.reportProgress(`  ${done.title}: ${done.outcome}`);
  };
  try {
    const token = await checkLogin({ probe, report }, target.key);
    let leftBehind: string | undefined;
    if (token !== undefined) {
      await checkRefusedLogin({ probe, report });
      const issuer = checkClaims({ probe, report }, token);
      const found = issuer === undefined ? [] : await checkService({ probe, report, token }, issuer);
      const organizationId = target.organizationId ?? found[0];
      if (organizationId === undefined) run.report('The organization is not known: set ORGANIZATION_ID');
      else leftBehind = await checkAll({ probe, report, token, organizationId }, target, run, options);
    }
    const result: Report = { upstream: target.url, calls: probe.count(), checks, ...(leftBehind && { leftBehind }) };
    await run.print(options.json ? formatJson(result) : formatReport(result));
    if (run.signal.aborted) return exitCodes.stopped;
    if (leftBehind !== undefined || checks.some(({ outcome }) => outcome === 'differs')) return exitCodes.differs;
    return token === undefined ? exitCodes.unreachable : exitCodes.matches;
  } finally {
    await probe.close();
  }
}

async function checkAll(
  session: Session,
  target: Target,
  { pause }: DoctorProcess,
  { write, slow, app = target.app, contact }: DoctorOptions,
): Promise<string | undefined> {
  const second = await checkSecondLogin(session, target.key);
  await checkRefusedTokens(session);
  const cids = mostComplete(await checkContacts(session));
  const sampled = contact === undefined ? cids : [contact, ...cids];
  await checkContact(session, sampled);
  await checkRefusedReads(session);
  await checkOrganization(session, sampled[0], app);
  await checkScroll(session, contactList(session));
  await checkScroll(session, eventList(session));
  if (slow) await checkScrollLifetime(session, pause);
  const leftBehind = write ? await checkWrites(session) : undefined;
  await checkLogout(session, second);
  return leftBehind;
}

/** The largest number of calls of a run. */
function plannedCalls({ write, slow }: DoctorOptions): number {
  const writing = write ? writeCalls + cleanUpCalls : 0;
  return accessCalls + readCalls + organizationCalls + scrollCalls + writing + (slow ? lifetimeCalls : 0);
}
