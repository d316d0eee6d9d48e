import { withShape } from '../../upstream/decode/decoder.ts';
import {
  count,
  type FieldDecoder,
  flag,
  instant,
  nonEmptyText,
  text,
  undecodable,
} from '../../upstream/decode/fields.ts';
import { rowDecoder } from '../../upstream/decode/row.ts';
import { accountingRows } from '../../upstream/endpoints/accounting.ts';
import { passpoint, wpa2 } from '../../upstream/endpoints/app-settings.ts';
import { contactRows, profileFields, profileRow } from '../../upstream/endpoints/contact.ts';
import { deviceRows } from '../../upstream/endpoints/device.ts';
import { eventRows } from '../../upstream/endpoints/event.ts';
import { policyRows } from '../../upstream/endpoints/organization-policies.ts';
import { service } from '../../upstream/endpoints/service.ts';
import {
  appSettingsField,
  contactField,
  createdField,
  envelope,
  envelopeField,
  eventBlockOf,
  eventField,
  existenceField,
  loginField,
  organizationPoliciesField,
  payload,
  serviceField,
} from '../../upstream/wire/index.ts';
import type { Exceptions } from './judge.ts';

/** The body of an answer in the contract, composed of the decoders with which the gateway reads it. */
export type BodyContract = Exceptions & {
  readonly decoder: FieldDecoder<unknown>;
  /** The objects of the wire contract that have the names at the top of the body. */
  readonly top: readonly string[];
  /** Where rows are, and the objects of the wire contract that have their names, and those of the objects in them. */
  readonly rows?: { readonly at: string; readonly fields: string; readonly blocks?: string };
};

const ok: FieldDecoder<string> = withShape((value) => (value === envelope.ok ? value : undecodable), {
  kind: 'value',
  json: 'string',
  format: `"${envelope.ok}"`,
});
const ko: FieldDecoder<string> = withShape((value) => (value === envelope.ko ? value : undecodable), {
  kind: 'value',
  json: 'string',
  format: `"${envelope.ko}"`,
});
const inEnvelope = { status: ok, generated: instant };
const top = ['envelopeField', 'payload'];

/** Returns the decoder of a body. @param fields by our names @param required those that are in each answer */
function body(
  names: Readonly<Record<string, string>>,
  fields: Record<string, FieldDecoder<unknown>>,
  required: string[],
) {
  const own = Object.fromEntries(Object.keys(fields).map((name) => [name, names[name] ?? name]));
  return rowDecoder(own, fields, required);
}

const listNames = { ...envelopeField, ...payload };
const events = { at: payload.events, fields: 'eventField', blocks: 'eventBlock' };
const eventExceptions = {
  mayLack: [
    payload.total,
    payload.scrollId,
    ...[...new Set(eventBlockOf.values())].map((block) => `${payload.events}.${block}`),
  ],
  ignored: [eventField.type, eventField.id].map((name) => `${payload.events}.${name}`),
};

/** Returns the contract of a success without rows: the envelope and further fields, of which an answer may lack the last ones. */
function inEnvelopeOf(
  object: string,
  names: Readonly<Record<string, string>>,
  fields: Record<string, FieldDecoder<unknown>>,
  mayLack: string[] = [],
): BodyContract {
  const all = { ...inEnvelope, ...fields };
  return {
    decoder: body({ ...envelopeField, ...names }, all, ['status', 'generated']),
    top: ['envelopeField', object],
    mayLack,
  };
}

/** The bodies of the answers by the name of the call. */
export const bodies = {
  error: {
    decoder: body(envelopeField, { status: ko, generated: instant, message: text, code: text }, [
      'status',
      'generated',
    ]),
    top: ['envelopeField'],
    mayLack: [envelopeField.message, envelopeField.code],
  },
  /** An answer without a body, for which an empty object stands. */
  none: { decoder: rowDecoder({}, {}), top: ['envelopeField'] },
  login: { decoder: body(loginField, { token: nonEmptyText }, ['token']), top: ['loginField'] },
  written: inEnvelopeOf('envelopeField', {}, {}),
  service: {
    decoder: rowDecoder(serviceField, { id: text, service }, ['service']),
    top: ['serviceField'],
    rows: { at: serviceField.service, fields: 'serviceBlock' },
  },
  contacts: {
    decoder: body(listNames, { ...inEnvelope, count, total: count, sid: text, contacts: contactRows }, [
      'status',
      'generated',
      'count',
      'contacts',
    ]),
    top,
    rows: { at: payload.contacts, fields: 'contactField', blocks: 'contactBlock' },
    mayLack: [
      ...[payload.total, payload.sid],
      ...profileFields.map((name) => `${payload.contacts}.${contactField[name as keyof typeof contactField]}`),
    ],
  },
  contact: {
    decoder: body(listNames, { ...inEnvelope, contact: profileRow }, ['status', 'generated', 'contact']),
    top,
    rows: { at: payload.contact, fields: 'contactField', blocks: 'contactBlock' },
  },
  events: {
    decoder: body(listNames, { ...inEnvelope, count, events: eventRows, scrollId: text }, [
      'status',
      'generated',
      'count',
      'events',
    ]),
    top,
    rows: events,
    ...eventExceptions,
  },
  devices: {
    decoder: body(listNames, { ...inEnvelope, count, devices: deviceRows }, [
      'status',
      'generated',
      'count',
      'devices',
    ]),
    top,
    rows: { at: payload.devices, fields: 'deviceField' },
  },
  accountings: {
    decoder: body(listNames, { ...inEnvelope, count, accountings: accountingRows }, [
      'status',
      'generated',
      'count',
      'accountings',
    ]),
    top,
    rows: { at: payload.accountings, fields: 'accountingField' },
  },
  existence: inEnvelopeOf('existenceField', existenceField, { present: flag, id: text, extId: text }, [
    existenceField.extId,
  ]),
  absence: inEnvelopeOf('existenceField', existenceField, { present: flag }),
  policies: {
    decoder: body({ ...listNames, ...organizationPoliciesField }, { ...inEnvelope, count, policies: policyRows }, [
      'status',
      'generated',
      'count',
      'policies',
    ]),
    top: ['envelopeField', 'payload', 'organizationPoliciesField'],
    rows: { at: organizationPoliciesField.policies, fields: 'organizationPolicyField' },
  },
  appSettings: {
    ...inEnvelopeOf(
      'appSettingsField',
      appSettingsField,
      { defaultLocationId: text, wpa2, passpoint },
      Object.values(appSettingsField),
    ),
    rows: { at: '', fields: 'appSettingsField', blocks: 'appSettingsBlock' },
  },
  created: inEnvelopeOf(
    'createdField',
    createdField,
    {
      ...{ id: nonEmptyText, organizationId: text, locationId: text, hotspotId: text },
      ...{ username: text, password: text, locked: flag },
    },
    [createdField.locationId, createdField.hotspotId],
  ),
  token: inEnvelopeOf('payload', payload, { token: nonEmptyText }),
  tokenOwner: inEnvelopeOf('payload', payload, { tokenOwner: nonEmptyText }),
} satisfies Record<string, BodyContract>;
