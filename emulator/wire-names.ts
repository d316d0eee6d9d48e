import { z } from 'zod';

type Names = Readonly<Record<string, string>>;

/**
 * Gives objects the names of the wire where they leave, and so those within them. What has no name there, or is no
 * object where one belongs, leaves as it is; where no name differs from ours, everything does, without a copy.
 */
export function writer(names: Names, blocks: Readonly<Record<string, Names>> = {}): (value: unknown) => unknown {
  const wireNames = new Map(Object.entries(names));
  const writers = new Map(Object.entries(blocks).map(([name, block]) => [name, writer(block)]));
  const same = [...wireNames].every(([name, wire]) => name === wire);
  if (same && [...writers.values()].every((write) => write === asItIs)) return asItIs;

  return function write(value): unknown {
    if (Array.isArray(value)) return value.map(write);
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value);
    return Object.fromEntries(
      fields.map(([name, own]) => [wireNames.get(name) ?? name, writers.get(name)?.(own) ?? own]),
    );
  };
}

/** An object in a body: exactly these fields by the names of the wire, and by ours once it was checked. */
export function bodyOf<F extends z.ZodRawShape>(
  names: Readonly<Record<keyof NoInfer<F>, string>>,
  fields: F,
): z.ZodType<z.output<z.ZodObject<F>>> {
  const wireNames = Object.entries<string>(names).filter(([name]) => name in fields);
  const ourNames = new Map(wireNames.map(([name, wire]) => [wire, name]));
  const shape = Object.fromEntries(wireNames.map(([name, wire]) => [wire, fields[name]]));
  return z.strictObject(shape).transform((body) => {
    const ours = Object.entries(body).map(([wire, value]) => [ourNames.get(wire), value]);
    return Object.fromEntries(ours) as z.output<z.ZodObject<F>>; // by construction: the same fields under our names
  });
}

function asItIs(value: unknown): unknown {
  return value;
}
