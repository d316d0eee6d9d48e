import { contactField } from '../../src/upstream/wire.ts';

const instant = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z$/;

/**
 * JSON in which every value is spelled as Contactgraph answers it. The upstream is less regular; but peers pass on what
 * comes, and only those who answer the same can be compared.
 */
export function toCanonicalJson(body: object): string {
  return JSON.stringify(body, (name, value: unknown) => {
    if (typeof value !== 'string') return value;
    return name === contactField.country ? value.toUpperCase() : value.replace(instant, '$1.000Z');
  });
}
