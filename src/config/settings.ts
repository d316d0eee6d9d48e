import type { z } from 'zod';
import { variableNames } from './environment.ts';
import { cleanSetting, findTextProblem } from './setting-text.ts';

/** The variables of the gateway that are set, each as `cleanSetting` reads it. */
export function cleanSettings(env: Record<string, string | undefined>): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const name of variableNames) {
    const value = cleanSetting(env[name]);
    if (value !== undefined) settings[name] = value;
  }
  return settings;
}

/** Finds what is wrong with each variable: with its text, or else with its value. */
export function findValueProblems(set: Record<string, string>, issues: readonly z.core.$ZodIssue[]): string[] {
  return variableNames.flatMap((name) => {
    const textProblem = findTextProblem(set[name] ?? '');
    const messages = issues.filter(({ path }) => path[0] === name).map(({ message }) => message);
    return (textProblem === undefined ? messages : [textProblem]).map((message) => `${name} ${message}.`);
  });
}
