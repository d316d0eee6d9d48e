import { defaultRedeemLimit, type RedeemLimit } from './customer-tokens.ts';
import { demo } from './demo.ts';
import { defaultEventSettings, type EventSettings } from './event-rows.ts';
import { defaultPasswordLimit, type PasswordLimit } from './password-attempts.ts';
import { defaultScrollSettings, type ScrollSettings } from './scroll.ts';

/** The options of an emulator. */
export type EmulatorOptions = {
  /** 0, the default, selects a free port. */
  port?: number;
  /** The address to listen on: 127.0.0.1 by default. */
  host?: string;
  /** Number of contacts of the demo organization: 100,000 by default. */
  contacts?: number;
  /** Number of contacts of the second organization: 300 by default. */
  secondContacts?: number;
  /** The seed of the generator; the same seed gives the same contacts. */
  seed?: number;
  /** Whether the contacts of `edge-cases.ts` are included: true by default. */
  edgeCases?: boolean;
  /** Whether tokens name their organization and scopes, which those of the real upstream do not: false by default. */
  claims?: boolean;
  clientKey?: string;
  clientSecret?: string;
  organizationId?: string;
  scrolls?: Partial<ScrollSettings>;
  events?: Partial<EventSettings>;
  redeemLimit?: RedeemLimit;
  passwordLimit?: PasswordLimit;
};

/** The options with a value for each. */
export type Options = Required<EmulatorOptions> & { scrolls: ScrollSettings; events: EventSettings };

/** Adds the defaults to the options. */
export function withDefaults(options: EmulatorOptions): Options {
  return {
    port: 0,
    host: '127.0.0.1',
    contacts: 100_000,
    secondContacts: 300,
    seed: 1,
    edgeCases: true,
    claims: false,
    clientKey: demo.clientKey,
    clientSecret: demo.clientSecret,
    organizationId: demo.organizationId,
    redeemLimit: defaultRedeemLimit,
    passwordLimit: defaultPasswordLimit,
    ...options,
    scrolls: { ...defaultScrollSettings, ...options.scrolls },
    events: { ...defaultEventSettings, ...options.events },
  };
}
