import { idPattern } from '../../id.ts';
import type { ResponseBody } from '../client/body.ts';
import { readEnvelope } from '../client/envelope.ts';
import { createAuthorizedCall } from '../credential/authorized-call.ts';
import type { Credential, TokenCall } from '../credential/credential.ts';
import { readTokenClaims } from '../credential/token-claims.ts';
import { withShape } from '../decode/decoder.ts';
import {
  type DecodeReporter,
  type FieldDecoder,
  id,
  optional as optionalField,
  optionalId,
  text,
  undecodable,
} from '../decode/fields.ts';
import { createResponseReader } from '../decode/response.ts';
import { listOf } from '../decode/row.ts';
import { envelopeField, path, type Scope, scopes, serviceBlock, serviceField } from '../wire/index.ts';

/** The service of a token or of a client key: what the upstream has registered about it. */
export type Service = {
  readonly id: string | null;
  readonly name: string | null;
  /** The organizations that it may act for; empty for a service without one. */
  readonly organizations: readonly string[];
  readonly locations: readonly string[];
  /** Undefined if the upstream names no scope of the contract: it may use other names, and no call is refused for that. */
  readonly scopes: readonly Scope[] | undefined;
};

/** The request of endpoint 13. */
export type ServiceCall = { kind: 'read'; method: 'GET'; path: string };

/**
 * Endpoint 13: reads what a service is. The upstream answers it only for the token of the service itself [assumed], so that
 * a success proves the token.
 *
 * @param serviceId has the form of an id
 * @returns undefined for a body that does not have the organizations where the contract says
 */
export async function getService(
  send: (call: ServiceCall) => Promise<ResponseBody>,
  serviceId: string,
  reporter?: DecodeReporter,
): Promise<Service | undefined> {
  const { json } = await send({ kind: 'read', method: 'GET', path: path.service(serviceId) });
  // Logins have no envelope [doc], and the SDK's form of this answer shows none.
  if (envelopeField.status in Object(json)) readEnvelope(json);
  return createResponseReader(json, reporter).optional(serviceField.service, service);
}

/**
 * Reads the service of a client key of the gateway itself, with the token of its login.
 *
 * @returns undefined where the upstream does not tell it
 */
export async function getServiceOfClientKey(
  credential: Credential,
  tokenCall: TokenCall,
): Promise<Service | undefined> {
  const { send, deadline, reporter } = tokenCall;
  const token = await credential.bearer(deadline.signal);
  const { issuer } = readTokenClaims(token.reveal());
  if (issuer === undefined || !idPattern.test(issuer)) return undefined;
  const call = createAuthorizedCall({ send, credential, tenant: () => '', caller: '', timeout: deadline.signal });
  return tokenCall.step(async (recorder) => ({
    value: await getService((request) => call(request, deadline, recorder), issuer, reporter),
    origin: 'upstream',
  }));
}

const blockFields = {
  id: optionalId,
  name: text,
  organizations: listOf(id),
  locations: optionalField(listOf(id)),
};

/** The forms of `scope` and `authorities`. */
const scopeForm = withShape<FieldDecoder<unknown>>((value) => value, { kind: 'either', forms: [text, listOf(text)] });

/** Decodes the object of the service. Without its organizations it is not what the contract says. */
export const service: FieldDecoder<Service> = (value, holder, name) => {
  const fields = Object(value) as Record<string, unknown>; // Object() returns an object for any value
  const reporter: DecodeReporter = {
    onUndecodable: (path, kind) => holder.onUndecodable(`${name}.${path}`, kind),
  };
  const { optional } = createResponseReader(fields, reporter);
  const organizations = optional(serviceBlock.organizations, blockFields.organizations);
  if (organizations === undefined) return undecodable;
  return {
    id: optional(serviceBlock.id, blockFields.id) ?? null,
    name: optional(serviceBlock.name, blockFields.name) ?? null,
    organizations: [...new Set(organizations)],
    locations: [...new Set(optional(serviceBlock.locations, blockFields.locations))],
    scopes: scopesOf(fields[serviceBlock.scope], fields[serviceBlock.authorities]),
  };
};

withShape(service, {
  kind: 'row',
  names: serviceBlock,
  fields: { ...blockFields, scope: scopeForm, authorities: scopeForm },
  required: ['organizations'],
});

/** Reads scopes, whose form is [assumed]: a list of texts, or one text with commas or spaces. */
function scopesOf(...values: readonly unknown[]): readonly Scope[] | undefined {
  const names = new Set(values.flatMap((value) => (typeof value === 'string' ? value.split(/[\s,]+/) : value)));
  const granted = scopes.filter((scope) => names.has(scope));
  return granted.length === 0 ? undefined : granted;
}
