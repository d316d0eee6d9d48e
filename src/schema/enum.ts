/** Creates the Pothos values of an enum from the upstream's values: `modified_absolute` and `totalVisits` become `MODIFIED_ABSOLUTE` and `TOTAL_VISITS`. */
export function enumValues<T extends string>(descriptions: Record<T, string>) {
  const values: Record<string, { value: T; description: string }> = {};
  for (const [value, description] of Object.entries<string>(descriptions)) {
    values[toConstant(value)] = { value: value as T, description }; // a key of `descriptions`
  }
  return values;
}

function toConstant(word: string): string {
  return word.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}
