/** Formats a row of a Markdown table. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Formats a number without fractions. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Formats a number with one decimal below 100, and without fractions above. */
export function rounded(value: number): string {
  return value < 100 ? value.toFixed(1) : count(value);
}

/** Formats a share from 0 to 1 as a percentage. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Formats bytes as megabytes. */
export function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
