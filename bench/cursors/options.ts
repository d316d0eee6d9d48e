import { parseArgs } from 'node:util';

/** One kind of walk that is measured: rows a page, and how long the upstream takes to answer beyond its own work. */
export type Case = { size: number; latencyMs: number };

export type Options = {
  contacts: number;
  cases: readonly Case[];
  rounds: number;
  /** Folder for a CPU profile of the gateway. */
  profile: string | undefined;
  /** Whether these are the figures that the repository shows. */
  standard: boolean;
};

/** Without a network behind it the upstream is faster than any; the last cases show what that does to the ratio. */
const standardCases: readonly Case[] = [
  { size: 100, latencyMs: 0 },
  { size: 1000, latencyMs: 0 },
  { size: 1000, latencyMs: 10 },
  { size: 1000, latencyMs: 50 },
];

/** @throws {Error} for what is no option, or no whole number */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      contacts: { type: 'string', default: '100000' },
      pages: { type: 'string' },
      latency: { type: 'string', default: '0' },
      rounds: { type: 'string', default: '5' },
      profile: { type: 'string' },
    },
  });
  const latencyMs = toInteger('latency', values.latency, 0);
  const sizes = (values.pages ?? '100,1000').split(',').map((size) => toInteger('pages', size, 1));
  const standard = args.length === 0;
  return {
    contacts: toInteger('contacts', values.contacts, 1),
    cases: standard ? standardCases : sizes.map((size) => ({ size, latencyMs })),
    rounds: toInteger('rounds', values.rounds, 1),
    profile: values.profile,
    standard,
  };
}

function toInteger(name: string, text: string, min: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min)) throw new Error(`--${name} takes whole numbers from ${min}`);
  return value;
}
