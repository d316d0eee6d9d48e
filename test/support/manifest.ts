import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'contactgraph-documents-'));
let files = 0;

/** Writes a manifest of trusted documents: an object as JSON, or a text as it is. @returns its path */
export function writeManifest(content: object | string): string {
  files += 1;
  const path = join(folder, `manifest-${files}.json`);
  replaceManifest(path, content);
  return path;
}

export function replaceManifest(path: string, content: object | string): void {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}
