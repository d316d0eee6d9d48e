import type { EnvironmentVariables } from './environment.ts';
import { findTextProblem, readSettingFile } from './setting-text.ts';

/** The variables whose values are secret, or belong to a secret. Each can be set to the content of a file instead. */
const secretVariables = [
  ...(['UPSTREAM_CLIENT_KEY', 'UPSTREAM_CLIENT_SECRET', 'CURSOR_KEYS', 'SESSION_KEYS', 'VALKEY_URL'] as const),
  ...(['HTTPS_PROXY', 'HTTP_PROXY', 'OTEL_EXPORTER_OTLP_HEADERS'] as const),
] satisfies readonly (keyof EnvironmentVariables)[];

/** The variables that name files with secrets, like `CURSOR_KEYS_FILE`, each with the variable whose value is in the file. */
export const secretFileVariables: ReadonlyMap<string, string> = new Map(
  secretVariables.map((name) => [`${name}_FILE`, name]),
);

/**
 * Reads a secret from a file, with the rule for the text of variables.
 *
 * @returns the secret, or the rest of a sentence that begins with the name of the variable and quotes nothing of the file
 */
export function readSecretFile(path: string): { secret: string } | { problem: string } {
  const pathProblem = findTextProblem(path);
  if (pathProblem !== undefined) return { problem: pathProblem };
  try {
    const secret = readSettingFile(path);
    // An empty file is not an unset variable: the gateway would generate a key instead, or work without one.
    return secret === undefined ? { problem: 'names a file without content' } : { secret };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    return { problem: `names a file that cannot be read as text in UTF-8${code}` };
  }
}
