import { hash } from 'node:crypto';
import { schema } from '../schema/index.ts';
import { printSdl } from '../schema/print-sdl.ts';

let known: string | undefined;

/** The hash of the schema, by which replicas with different schemas are told apart: twelve hexadecimal digits. */
export function schemaHash(): string {
  known ??= hash('sha256', printSdl(schema), 'hex').slice(0, 12);
  return known;
}
