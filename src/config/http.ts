import { z } from 'zod';
import { trustedProxies } from './trusted-proxies.ts';
import { described, parseList, wholeNumber } from './variable-types.ts';

/** The settings of what clients and proxies in front of the gateway see of HTTP. */
export type HttpConfig = {
  /** The origins whose pages may call the graph, as browsers send them. */
  readonly corsOrigins: readonly string[];
  /** The path below which the gateway is reached, like `/api/contacts`; empty for the root. */
  readonly basePath: string;
  /** The addresses whose `X-Forwarded-For` and `Forwarded` are read, as ranges like `10.0.0.0/8`. */
  readonly trustedProxies: readonly string[];
  /** The shortest answer that is compressed, in bytes; 0 compresses none. */
  readonly compressFromBytes: number;
  /** The most operations of one request; 0 where a request is no list of operations. */
  readonly maxBatch: number;
};

const origins = z.string().transform((value, context) => {
  const list = parseList(value);
  if (list.includes('*')) context.addIssue('lists the origins themselves: * would let every web page call the graph');
  else if (list.includes('null')) {
    context.addIssue(
      'lists the origins themselves: null is the origin of files and of sandboxed frames of any web page',
    );
  } else if (!list.every(isOrigin)) {
    context.addIssue(
      'is a list of origins as browsers send them, like https://app.example.com or http://localhost:3000: a scheme, a host in lower case, and a port unless it is the default of the scheme, without a path',
    );
  }
  return list;
});

/** The variables of HTTP. */
export const httpVariables = {
  CORS_ORIGINS: origins.optional(),
  BASE_PATH: z
    .string()
    .regex(
      /^(?:\/[\w~-][\w.~-]*){1,10}$/,
      'is a path like /api/contacts, of letters, digits, ".", "_", "~" and "-", without a slash at its end; leave it out for the root',
    )
    .max(200, 'is at most 200 characters long')
    .optional(),
  TRUSTED_PROXIES: trustedProxies.optional(),
  COMPRESS_FROM_BYTES: described(wholeNumber(0, 2 ** 28), 'is 0, or bytes from 1 to 268435456 (256 MiB)').default(
    4_096,
  ),
  MAX_BATCH: described(
    wholeNumber(0, 50).refine((operations) => operations !== 1),
    'is 0, or a whole number from 2 to 50',
  ).default(0),
};

type HttpVariables = z.output<z.ZodObject<typeof httpVariables>>;

/** Converts the validated variables to the settings of HTTP. */
export function toHttpConfig(given: HttpVariables): HttpConfig {
  return {
    corsOrigins: given.CORS_ORIGINS ?? [],
    basePath: given.BASE_PATH ?? '',
    trustedProxies: given.TRUSTED_PROXIES ?? [],
    compressFromBytes: given.COMPRESS_FROM_BYTES,
    maxBatch: given.MAX_BATCH,
  };
}

/** Whether a text is an origin as browsers send it. Apps in a web view have schemes of their own, like `capacitor:`. */
function isOrigin(value: string): boolean {
  if (!/^[a-z][a-z\d+.-]*:\/\/(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?$/.test(value)) return false;
  return /^https?:/.test(value) ? URL.parse(value)?.origin === value : value === value.toLowerCase();
}
