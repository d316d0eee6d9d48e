import { z } from 'zod';

/**
 * An object of the wire: read by the wire's names, answered by ours.
 *
 * Where none of them differs it is a plain `z.object`. What is absent stays absent, because in a contact of the list
 * that is not the same as null. Issues name the wire's fields: they are what `decode` mends.
 */
export function row<F extends z.ZodRawShape>(
  names: Readonly<Record<keyof NoInfer<F>, string>>,
  fields: F,
): z.ZodType<z.output<z.ZodObject<F>>> {
  const wireNames: [name: string, wire: string][] = Object.entries<string>(names).filter(([name]) => name in fields);
  if (wireNames.every(([name, wire]) => name === wire)) return z.object(fields);

  const shape = Object.fromEntries(wireNames.map(([name, wire]) => [wire, fields[name]]));
  return z.object(shape).transform((found) => {
    const row: Record<string, unknown> = {};
    for (const [name, wire] of wireNames) if (Object.hasOwn(found, wire)) row[name] = found[wire];
    return row as z.output<z.ZodObject<F>>; // by construction: the same fields under our names
  });
}
