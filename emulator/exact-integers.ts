/** Returns a copy of a row whose bigints `JSON.stringify` writes as exact integers, which a double would round. */
export function withExactIntegers(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? rawJson(String(value)) : value]),
  );
}

/** The types of TypeScript lack `JSON.rawJSON`, which Node has since version 21. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };
