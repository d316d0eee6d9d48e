import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import { weighDocument } from '../execution/document-weight.ts';
import type { ManifestEntry } from './manifest.ts';

/** The documents of the manifests, parsed and valid. None of them is displaced by other documents. */
export type TrustedDocuments = {
  /** @param text the document as a client sends it */
  find(text: string): DocumentNode | undefined;
  /**
   * Finds the text of a document by its id in the manifest, or by the SHA-256 of its text: in hexadecimal digits, with the
   * prefix `sha256:` or without.
   */
  findText(id: string): string | undefined;
  /** Whether an operation is one of a trusted document, also of one that a reload has removed since. */
  trusts(operation: OperationDefinitionNode): boolean;
  /**
   * Replaces all documents. The event loop continues between two of them.
   *
   * @returns what is wrong, in a sentence each, with ids and names of operations only; then nothing is replaced
   */
  replace(entries: readonly ManifestEntry[]): Promise<readonly string[]>;
  /** The number of documents, and their memory in bytes. */
  load(): { documents: number; bytes: number };
};

/** Returns the parsed document. @throws {Error} when it is not valid; the message is a sentence without values of the document */
export type CheckDocument = (text: string) => DocumentNode;

/** Creates an empty set of trusted documents. */
export function createTrustedDocuments(check: CheckDocument): TrustedDocuments {
  let byText = new Map<string, DocumentNode>();
  let textById = new Map<string, string>();
  let bytes = 0;
  const operations = new WeakSet<OperationDefinitionNode>();
  return {
    find: (text) => byText.get(text),
    findText: (id) => textById.get(id),
    trusts: (operation) => operations.has(operation),
    async replace(entries) {
      const problems: string[] = [];
      const nextByText = new Map<string, DocumentNode>();
      const nextTextById = new Map<string, string>();
      for (const { id, name, text } of entries) {
        const describe = (problem: string) => {
          problems.push(`the document ${JSON.stringify(id)}${name === undefined ? '' : ` (${name})`} ${problem}`);
        };
        try {
          // A document that stays keeps its plan.
          nextByText.set(text, nextByText.get(text) ?? byText.get(text) ?? check(text));
        } catch (error) {
          describe(`is refused: ${error instanceof Error ? error.message : 'it cannot be checked.'}`);
        }
        const digest = hash('sha256', text, 'hex');
        for (const key of new Set([id, digest, `sha256:${digest}`])) {
          if ((nextTextById.get(key) ?? text) !== text) describe('has the id of another document.');
          nextTextById.set(key, text);
        }
        await setImmediate();
      }
      if (problems.length > 0) return problems;
      for (const { definitions } of nextByText.values()) {
        for (const node of definitions) if (node.kind === Kind.OPERATION_DEFINITION) operations.add(node);
      }
      bytes = [...nextByText.values()].reduce((sum, document) => sum + weighDocument(document), 0);
      byText = nextByText;
      textById = nextTextById;
      return [];
    },
    load: () => ({ documents: byText.size, bytes }),
  };
}
