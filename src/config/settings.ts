import type { z } from 'zod';
import { variableNames } from './environment.ts';
import { readSecretFile, secretFileVariables } from './secret-files.ts';
import { cleanSetting, findTextProblem } from './setting-text.ts';

/** All names that the gateway reads in an environment. */
export const namesInEnvironment: readonly string[] = [
  ...variableNames,
  ...secretFileVariables.keys(),
  'NODE_EXTRA_CA_CERTS',
];

/** The variables of the gateway that are set. */
export type Settings = {
  /** By the name of the variable, each as `cleanSetting` reads it. */
  readonly values: Readonly<Record<string, string>>;
  /** The names of those whose values come from files. */
  readonly inFiles: ReadonlySet<string>;
  /** What is wrong with these files, in sentences. Their variables are not among the values. */
  readonly problems: readonly string[];
};

/** Reads the variables of the gateway from an environment and from the files of secrets that it names. */
export function cleanSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const values: Record<string, string> = {};
  const inFiles = new Set<string>();
  const problems: string[] = [];
  for (const name of variableNames) {
    const value = cleanSetting(env[name]);
    if (value !== undefined) values[name] = value;
  }
  for (const [fileVariable, name] of secretFileVariables) {
    const path = cleanSetting(env[fileVariable]);
    if (path === undefined) continue;
    const result = name in values ? { problem: `and ${name} are both set: unset one of them` } : readSecretFile(path);
    if ('problem' in result) problems.push(`${fileVariable} ${result.problem}.`);
    else {
      values[name] = result.secret;
      inFiles.add(name);
    }
  }
  return { values, inFiles, problems };
}

/** Finds what is wrong with each variable: with its text, or else with its value. */
export function findValueProblems(set: Settings['values'], issues: readonly z.core.$ZodIssue[]): string[] {
  return variableNames.flatMap((name) => {
    const textProblem = findTextProblem(set[name] ?? '');
    const messages = issues.filter(({ path }) => path[0] === name).map(({ message }) => message);
    return (textProblem === undefined ? messages : [textProblem]).map((message) => `${name} ${message}.`);
  });
}
