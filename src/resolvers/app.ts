import type { App } from '../model.ts';
import { wrongFormat } from './input/problems.ts';
import type { InputValidator } from './input/validator.ts';

/** An app as clients name it. */
export type AppInput = { readonly os: string; readonly bundle: string };

/** Returns what identifies an app: names of operating systems are compared without regard to case. */
export function appKey({ os, bundle }: AppInput): string {
  return `${os.toLowerCase()}_${bundle}`;
}

/**
 * Parses an app, which becomes a segment of an upstream path. The operating system is sent in lower case, as in the
 * contract's example. The longest id that Apple permits has 155 characters.
 *
 * @returns undefined where the validator has a problem
 */
export function parseApp({ os, bundle }: AppInput, check: InputValidator): App | undefined {
  const system = check.parse('os', os, (text) => {
    if (!/^[A-Za-z]{1,16}$/.test(text)) throw wrongFormat('AppOs');
    return text.toLowerCase();
  });
  const id = check.parse('bundle', bundle, (text) => {
    if (text.length > 155 || !/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(text)) throw wrongFormat('AppBundle');
    return text;
  });
  return system === undefined || id === undefined ? undefined : { os: system, bundle: id };
}
