import { buildContactConsole, checkContactConsole } from '../../../scripts/example/contact-console.ts';

/** Builds the app and checks its types once, before the test files that each serve it. */
export default async function build(): Promise<void> {
  await buildContactConsole();
  await checkContactConsole();
}
