import { ConfigError, readConfig } from '../../src/config/config.ts';

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
