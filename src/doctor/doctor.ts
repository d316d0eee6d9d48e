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
import { type DoctorOptions, parseOptions, usage } from './options.ts';
import { createProbe } from './probe.ts';
import { type Check, formatJson, formatReport, type Report } from './report.ts';
import type { Session } from './session.ts';
import { findTarget, type Target } from './target.ts';

/** What a run needs from its process. */
export type DoctorProcess = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Stops the check. A contact that it has created is deleted before it ends. */
  readonly signal: AbortSignal;
  /** Waits for so many ms, with `--slow`. */
  readonly pause?: (ms: number) => Promise<void>;
};

const exitCodes = { matches: 0, differs: 1, usage: 2, unreachable: 3, stopped: 130 };

/**
 * Compares an upstream with the wire contract and prints the results.
 *
 * @returns the exit code, as `usage` lists them
 */
export async function runDoctor(run: DoctorProcess): Promise<number> {
  const options = parseOptions(run.args);
  if (typeof options === 'string') {
    run.stderr.write(`${options}\n\n${usage}`);
    return exitCodes.usage;
  }
  if (options.help) {
    run.stdout.write(usage);
    return exitCodes.matches;
  }
  try {
    const target = await findTarget(run.env);
    try {
      return await check(run, options, target);
    } finally {
      await target.close();
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    run.stderr.write(error.problems.map((problem) => `${problem}\n`).join(''));
    return exitCodes.usage;
  }
}

async function check(run: DoctorProcess, options: DoctorOptions, target: Target): Promise<number> {
  const planned = plannedCalls(options);
  run.stderr.write(`Checking ${target.url} with at most ${planned} calls, one after the other\n`);
  const probe = createProbe({ url: target.url, proxy: target.proxy, maxCalls: planned, signal: run.signal });
  const checks: Check[] = [];
  const report = (done: Check) => {
    checks.push(done);
    run.stderr.write(`  ${done.title}: ${done.outcome}\n`);
  };
  try {
    const token = await checkLogin({ probe, report }, target.key);
    let leftBehind: string | undefined;
    if (token !== undefined) {
      await checkRefusedLogin({ probe, report });
      const issuer = checkClaims({ probe, report }, token);
      const found = issuer === undefined ? [] : await checkService({ probe, report, token }, issuer);
      const organizationId = target.organizationId ?? found[0];
      if (organizationId === undefined) run.stderr.write('The organization is not known: set ORGANIZATION_ID\n');
      else leftBehind = await checkAll({ probe, report, token, organizationId }, target, run, options);
    }
    const result: Report = { upstream: target.url, calls: probe.count(), checks, ...(leftBehind && { leftBehind }) };
    run.stdout.write(options.json ? formatJson(result) : formatReport(result));
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
