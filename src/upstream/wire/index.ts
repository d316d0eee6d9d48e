/**
 * The wire contract: every name that travels between the gateway and the Cloud4Wi Contacts API, in one place.
 *
 * `[doc]` marks what the vendor's documentation states, `[sdk]` what the vendor's own iOS SDK does, and `[assumed]` what both
 * leave open. When a live account says otherwise, only this folder has to change; no other code contains an upstream name.
 * Objects are keyed by our names and hold the upstream's, so that the two may differ. The emulator speaks the same names,
 * from here.
 */
export * from './bodies.ts';
export * from './calls.ts';
export * from './envelope.ts';
export * from './organization.ts';
export * from './rows.ts';
export * from './statuses.ts';
export * from './values.ts';
