import { z } from 'zod';
import { Secret } from '../crypto/secret.ts';
import { idPattern } from '../id.ts';
import { customPolicyPrefix, standardPolicies } from '../upstream/wire/index.ts';
import { readSettingFile } from './setting-text.ts';

const text = z.string().min(1).max(256);

/** The name of a host in ASCII, like `get.securewifi.io`. */
export const hostName = z
  .string()
  .max(253, 'is at most 253 characters long')
  .regex(
    /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z][a-z\d-]{0,61}[a-z\d]$/i,
    'is the name of a host, like get.securewifi.io',
  );

const serverNames = z.array(text).min(1);

const policy = z.strictObject({
  key: z
    .string()
    .refine(isPolicyKey, `must be one of ${standardPolicies.join(', ')}, or start with ${customPolicyPrefix}`),
  title: text,
  required: z.boolean().default(false),
});

const organization = z.strictObject({
  cid: z.string().regex(idPattern, 'must be 1 to 128 letters, digits, "-" or "_"'),
  name: text.optional(),
  /** The client key with which the gateway logs in on behalf of this organization. */
  credential: z
    .strictObject({ clientKey: text, clientSecret: text.transform((value) => new Secret(value)) })
    .optional(),
  /** Labels for the policies that the upstream lists, and the whole list where the upstream has none. */
  policies: z.array(policy).default([]),
  /** The domain of the certificate of the server that authenticates WiFi clients, for the settings of apps. */
  wifiServerDomain: hostName.optional(),
  passpoint: z
    .strictObject({
      realm: text,
      friendlyName: text,
      roaming: z.boolean(),
      outerIdentity: text,
      trustedServerNames: serverNames,
    })
    .optional(),
  wpa2Enterprise: z.strictObject({ ssid: text, outerIdentity: text, trustedServerNames: serverNames }).optional(),
});

/** An organization as `ORGANIZATIONS_FILE` describes it: name, labels of policies, WiFi settings and credential. */
export type Organization = z.output<typeof organization>;

const file = z.strictObject({ organizations: z.array(organization).min(1) });

/**
 * Reads an organizations file.
 *
 * @returns the organizations by cid, or all problems of the file, which quote none of its values
 */
export function readOrganizations(
  path: string | URL,
): { organizations: ReadonlyMap<string, Organization> } | { problems: string[] } {
  const content = readJson(path);
  if (content === undefined) return { problems: ['cannot be read as JSON'] };
  const result = file.safeParse(content);
  if (!result.success) {
    return { problems: result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`) };
  }
  const organizations = new Map(result.data.organizations.map((entry) => [entry.cid, entry]));
  return organizations.size === result.data.organizations.length
    ? { organizations }
    : { problems: ['two organizations have the same cid'] };
}

function readJson(path: string | URL): unknown {
  try {
    return JSON.parse(readSettingFile(path) ?? '');
  } catch {
    return undefined;
  }
}

function isPolicyKey(key: string): boolean {
  return (
    standardPolicies.some((known) => known === key) ||
    (key.startsWith(customPolicyPrefix) && key.length > customPolicyPrefix.length)
  );
}
