import { runCommand } from '../../src/cli/commands.ts';
import type { Report } from '../../src/doctor/report.ts';

/** The result of a run of the contract check. */
export type DoctorRun = { readonly code: number | undefined; readonly stdout: string; readonly stderr: string };

/** The upstream of a run, and its client key. */
type Account = { readonly url: string; readonly clientKey: string; readonly clientSecret: string };

/** Runs the contract check against an account. @param stopped resolves when a signal stops the run */
export async function checkAccount(
  { url, clientKey, clientSecret }: Account,
  args: readonly string[] = [],
  stopped?: Promise<void>,
): Promise<DoctorRun> {
  const env = { UPSTREAM_URL: url, UPSTREAM_CLIENT_KEY: clientKey, UPSTREAM_CLIENT_SECRET: clientSecret };
  return await checkUpstream(args, env, stopped);
}

/** Runs the contract check with variables of the environment. */
export async function checkUpstream(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stopped: Promise<void> = new Promise(() => undefined),
): Promise<DoctorRun> {
  let [stdout, stderr] = ['', ''];
  const report = (line: string) => {
    stderr += `${line}\n`;
  };
  const code = await runCommand(['doctor', ...args], {
    ...{ env, fileVariables: new Set(), version: '0.0.0', report, reportProgress: report },
    readStdin: async () => '',
    loadEnvFile: () => undefined,
    untilStopped: () => stopped,
    async print(text) {
      stdout += text;
    },
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
