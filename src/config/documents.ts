import { z } from 'zod';
import { described, parseList, storeBytes, trueOrFalse } from './variable-types.ts';

/** Which documents are executed, and which are stored. */
export type DocumentsConfig = {
  /** The manifests of trusted documents; none where they are switched off. */
  readonly files: readonly string[];
  /** What happens to a document that no manifest contains: `off` and `log` execute it, `only` refuses it. */
  readonly mode: 'off' | 'log' | 'only';
  /** The memory for automatic persisted queries, in bytes; undefined where they are switched off. */
  readonly apqStoreBytes: number | undefined;
  /** The memory for parsed documents and their plans, in bytes. */
  readonly cacheBytes: number;
};

/** The variables of trusted documents and of automatic persisted queries. */
export const documentVariables = {
  DOCUMENTS_FILE: z
    .string()
    .transform(parseList)
    .refine((files) => files.every((file) => file !== ''), 'is the path of a file, or several with commas')
    .optional(),
  DOCUMENTS_MODE: described(z.enum(['off', 'log', 'only']), 'is off, log or only').optional(),
  APQ: trueOrFalse.optional(),
  APQ_STORE_BYTES: storeBytes.default(8 * 2 ** 20),
  DOCUMENT_CACHE_BYTES: storeBytes.default(32 * 2 ** 20),
};

type DocumentVariables = z.output<z.ZodObject<typeof documentVariables>>;

/** Finds problems of trusted documents in variables that are each valid by themselves. */
export function findDocumentConfigProblems(given: Record<string, string | undefined>): string[] {
  const { DOCUMENTS_FILE: file, DOCUMENTS_MODE: mode, APQ: apq, PUBLIC_SCHEMA: publicSchema } = given;
  const problems: string[] = [];
  if (file === undefined && (mode === 'log' || mode === 'only')) {
    problems.push(`DOCUMENTS_MODE ${mode} needs a DOCUMENTS_FILE.`);
  }
  if (mode === 'only' && apq === 'true') {
    problems.push(
      'APQ true executes documents of any client, and DOCUMENTS_MODE only forbids that: unset one of them.',
    );
  }
  if (mode === 'only' && publicSchema === 'true') {
    problems.push(
      'PUBLIC_SCHEMA true is for GraphiQL, whose documents DOCUMENTS_MODE only refuses: unset it, or use DOCUMENTS_MODE log.',
    );
  }
  return problems;
}

/** Converts the validated variables to the configuration of documents. */
export function toDocumentsConfig(given: DocumentVariables): DocumentsConfig {
  const { DOCUMENTS_FILE: files = [], APQ: apq } = given;
  const mode = given.DOCUMENTS_MODE ?? (files.length === 0 ? 'off' : 'log');
  return {
    files: mode === 'off' ? [] : files,
    mode,
    apqStoreBytes: apq === 'false' || mode === 'only' ? undefined : given.APQ_STORE_BYTES,
    cacheBytes: given.DOCUMENT_CACHE_BYTES,
  };
}
