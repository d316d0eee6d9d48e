import { parseArgs } from 'node:util';
import { toInteger } from '../command-line.ts';

/** A case to measure: rows per page, and the delay that the upstream adds to each response. */
export type Case = { size: number; latencyMs: number };

/** The options of the bench. */
export type Options = {
  contacts: number;
  cases: readonly Case[];
  rounds: number;
  /** Folder for a CPU profile of the gateway. */
  profile: string | undefined;
  /** Whether the results go to bench/CURSORS.md. */
  standard: boolean;
};

/** On loopback the upstream is faster than over a network. The cases with a latency show how that affects the ratio. */
const standardCases: readonly Case[] = [
  { size: 100, latencyMs: 0 },
  { size: 1000, latencyMs: 0 },
  { size: 1000, latencyMs: 10 },
  { size: 1000, latencyMs: 50 },
];

/** Parses the command line. @throws {Error} for an unknown option or an invalid value */
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
