import { contactField } from '../../src/upstream/wire/index.ts';

const instant = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z$/;

/**
 * Serializes a body with every value in the format in which Contactgraph returns it. The real upstream is less regular, but
 * peers pass its values on unchanged, and only targets with the same data can be compared.
 */
export function toCanonicalJson(body: object): string {
  return JSON.stringify(body, (name, value: unknown) => {
    if (typeof value !== 'string') return value;
    return name === contactField.country ? value.toUpperCase() : value.replace(instant, '$1.000Z');
  });
}
