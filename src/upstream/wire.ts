/**
 * The wire contract: every name that travels between the gateway and the Cloud4Wi Contacts API, in one place.
 *
 * `[doc]` marks what the vendor's documentation states, `[assumed]` what it leaves open. When a live account
 * says otherwise, what is behind this door is what to change; nothing else spells an upstream name. Objects are
 * keyed by our names and hold the upstream's, so that the two may differ. The emulator speaks the same names,
 * from here.
 */
export * from './wire/bodies.ts';
export * from './wire/calls.ts';
export * from './wire/envelope.ts';
export * from './wire/rows.ts';
export * from './wire/words.ts';
