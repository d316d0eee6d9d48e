import { idPattern } from '../../id.ts';
import { wrongFormat } from './problems.ts';

/** Checks an id that came from a client before it becomes part of an upstream path. @throws {BadUserInput} */
export function parseId(id: string): string {
  if (!idPattern.test(id)) throw wrongFormat('Id');
  return id;
}
