/** A row of a Markdown table. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** @param share from 0 to 1 */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** As many digits as mean something. */
export function milliseconds(value: number): string {
  return value < 100 ? value.toFixed(1) : count(value);
}

export function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
