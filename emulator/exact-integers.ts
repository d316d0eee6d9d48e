/** A row whose bigints `JSON.stringify` writes out digit by digit, where a double would round them. */
export function withExactIntegers(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? rawJson(String(value)) : value]),
  );
}

/** TypeScript's library does not know `JSON.rawJSON` yet; Node has had it since version 21. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };
