import { z } from 'zod';

type Names = Readonly<Record<string, string>>;

/**
 * Creates a function that renames the fields of an object, or of each object in a list, to the names on the wire. Fields
 * without such a name, and values of another type than expected, are not changed. When all names are equal, the function
 * returns its argument without a copy.
 *
 * @param names the name on the wire of each property
 * @param blocks the same for nested objects, by the property that holds the object
 */
export function createEncoder(names: Names, blocks: Readonly<Record<string, Names>> = {}): (value: unknown) => unknown {
  const wireNames = new Map(Object.entries(names));
  const encoders = new Map(Object.entries(blocks).map(([name, block]) => [name, createEncoder(block)]));
  const same = [...wireNames].every(([name, wire]) => name === wire);
  if (same && [...encoders.values()].every((encoder) => encoder === identity)) return identity;

  return function encode(value): unknown {
    if (Array.isArray(value)) return value.map(encode);
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value);
    return Object.fromEntries(
      fields.map(([name, field]) => [wireNames.get(name) ?? name, encoders.get(name)?.(field) ?? field]),
    );
  };
}

/**
 * Creates the schema of an object in a request body. Its input has exactly these fields under the names on the wire, its
 * output has the property names.
 */
export function bodySchema<F extends z.ZodRawShape>(
  names: Readonly<Record<keyof NoInfer<F>, string>>,
  fields: F,
): z.ZodType<z.output<z.ZodObject<F>>> {
  const wireNames = Object.entries<string>(names).filter(([name]) => name in fields);
  const propertyNames = new Map(wireNames.map(([name, wire]) => [wire, name]));
  const shape = Object.fromEntries(wireNames.map(([name, wire]) => [wire, fields[name]]));
  return z.strictObject(shape).transform((body) => {
    const renamed = Object.entries(body).map(([wire, value]) => [propertyNames.get(wire), value]);
    return Object.fromEntries(renamed) as z.output<z.ZodObject<F>>; // The cast is safe because only the names change.
  });
}

function identity(value: unknown): unknown {
  return value;
}
