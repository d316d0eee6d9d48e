import { ConfigError, readConfig } from '../../src/config/config.ts';

/** The accelerators of `npm run test:plain`; all of them in any other run. */
export const accelerators = { ACCELERATORS: process.env['ACCELERATORS'] };

/** What is wrong with an environment, in the words of the configuration; nothing when it is right. */
export function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
