import { type DoctorProcess, runDoctor } from '../../src/doctor/doctor.ts';
import type { Report } from '../../src/doctor/report.ts';

/** The result of a run of the contract check. */
export type DoctorRun = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The upstream of a run, and its client key. */
type Account = { readonly url: string; readonly clientKey: string; readonly clientSecret: string };

/** Runs the contract check against an account. */
export async function checkAccount(
  { url, clientKey, clientSecret }: Account,
  args: readonly string[] = [],
  more: Partial<DoctorProcess> = {},
): Promise<DoctorRun> {
  const env = { UPSTREAM_URL: url, UPSTREAM_CLIENT_KEY: clientKey, UPSTREAM_CLIENT_SECRET: clientSecret };
  return await checkUpstream(args, { env, ...more });
}

/** Runs the contract check. */
export async function checkUpstream(args: readonly string[], more: Partial<DoctorProcess> = {}): Promise<DoctorRun> {
  let [stdout, stderr] = ['', ''];
  const code = await runDoctor({
    args,
    env: {},
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    signal: new AbortController().signal,
    ...more,
  });
  return { code, stdout, stderr };
}

/** Returns the results of a run with `--json`. */
export function reportOf({ stdout }: DoctorRun): Report {
  return JSON.parse(stdout);
}

/** Returns all findings of a run with `--json`, each with the title of its check. */
export function findingsOf(run: DoctorRun) {
  return reportOf(run).checks.flatMap(({ title, findings }) => findings.map((finding) => ({ title, ...finding })));
}
