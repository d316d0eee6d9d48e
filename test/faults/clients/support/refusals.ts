import type { ClientRequest, Refusal } from './edge.ts';

/** The settings of ACCELERATORS with which each row is tested: the fast path, and Yoga without any accelerator. */
export const accelerators = ['all', 'none'] as const;

const codes = ['BAD_USER_INPUT', 'QUERY_TOO_EXPENSIVE'];

/** The request, its document or its variables are not valid, or the document costs too much. */
export const invalid: Refusal = { status: [400], codes };
export const tooLarge: Refusal = { status: [413], codes };

/** A row of the fault catalogue, what is sent, the request, and how it is refused. */
export type RefusedRequest = [row: string, sent: string, request: ClientRequest, refusal: Refusal];

/** The request that executes a document. */
export function execute(query: string, variables?: object): ClientRequest {
  return { body: JSON.stringify({ query, variables }) };
}

/** Joins a text for each number up to `count` with spaces. */
export function times(count: number, text: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => text(n)).join(' ');
}
