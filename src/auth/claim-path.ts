import type { JWTPayload } from 'jose';

/** The names that lead from the payload of a token to a claim: one for a top-level claim, more for a nested one. */
export type ClaimPath = readonly string[];

/**
 * Parses the path of a claim. A dot leads into an object; `\.` is a dot within a name and `\\` a backslash. A path that
 * begins with `https://` or `http://` and has no backslash is the name of one top-level claim, because issuers use such
 * names for claims of their customers.
 *
 * @returns undefined for a path with an empty name, or with a backslash before any other character
 */
export function parseClaimPath(text: string): ClaimPath | undefined {
  if (/^https?:\/\/[^\\]+$/.test(text)) return [text];
  if (!/^(?:[^\\.]|\\[\\.])+(?:\.(?:[^\\.]|\\[\\.])+)*$/.test(text)) return undefined;
  const names = text.match(/(?:[^\\.]|\\[\\.])+/g) ?? [];
  return names.map((name) => name.replace(/\\([\\.])/g, '$1'));
}

/** Reads the claim at a path; undefined where a part of the path is not there, or is no object. */
export function readClaim(payload: JWTPayload, path: ClaimPath): unknown {
  let value: unknown = payload;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The texts of a claim: a text by itself, or the texts of a list. */
export function textsOf(claim: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return values.filter((value) => typeof value === 'string');
}
