import { defaultRedeemLimit, type RedeemLimit } from './customer-tokens.ts';
import { demo } from './demo.ts';
import { defaultScrolls, type ScrollSettings } from './scroll.ts';

export type EmulatorOptions = {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Only this machine by default. */
  host?: string;
  /** Contacts of the demo organization: 100,000 by default. */
  contacts?: number;
  /** Contacts of the second organization: 300 by default. */
  secondContacts?: number;
  /** The same seed gives the same contacts. */
  seed?: number;
  /** Whether the contacts of `edge-cases.ts` are among the first: by default they are. */
  edgeCases?: boolean;
  clientKey?: string;
  clientSecret?: string;
  organizationId?: string;
  scrolls?: Partial<ScrollSettings>;
  redeemLimit?: RedeemLimit;
};

export type Options = Required<EmulatorOptions> & { scrolls: ScrollSettings };

export function withDefaults(options: EmulatorOptions): Options {
  return {
    port: 0,
    host: '127.0.0.1',
    contacts: 100_000,
    secondContacts: 300,
    seed: 1,
    edgeCases: true,
    clientKey: demo.clientKey,
    clientSecret: demo.clientSecret,
    organizationId: demo.organizationId,
    redeemLimit: defaultRedeemLimit,
    ...options,
    scrolls: { ...defaultScrolls, ...options.scrolls },
  };
}
