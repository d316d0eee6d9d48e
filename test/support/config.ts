import { ConfigError, readConfig } from '../../src/config/config.ts';

/** The accelerators of `npm run test:plain`; all of them in any other run. */
export const accelerators = { ACCELERATORS: process.env['ACCELERATORS'] };

/** The problems that the configuration reports for an environment, or an empty list. */
export function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
