import { customPolicyPrefix, standardPolicies } from '../../src/upstream/wire/index.ts';
import type { Policy, Segment } from '../contact.ts';
import { hashText, integerBelow, pick, type Random } from './random.ts';
import { segmentsOf, type Venue, venuesOf } from './venue.ts';

/** The data from which the contacts of one organization are generated. */
export type SeedData = {
  readonly seed: number;
  readonly organizationId: string;
  readonly organizationHash: number;
  readonly venues: readonly [Venue, ...Venue[]];
  readonly segments: readonly Segment[];
  /** The combinations of segments that a contact can be in. Contacts share these immutable objects. */
  readonly memberships: readonly [Membership, ...Membership[]];
};

/** Creates the data of an organization. */
export function createSeedData(seed: number, organizationId: string): SeedData {
  const segments = segmentsOf(organizationId);
  return {
    seed,
    organizationId,
    organizationHash: hashText(organizationId),
    venues: venuesOf(organizationId),
    segments,
    memberships: membershipsOf(segments),
  };
}

/** The keys of the policies that generated contacts have. */
export const policyKeys = [
  ...standardPolicies,
  `${customPolicyPrefix}emailMarketing`,
  `${customPolicyPrefix}my_policy`,
];

/**
 * Every combination of acceptances. Contacts share these immutable lists. The first two policies are always accepted,
 * because a contact cannot exist without them [doc].
 */
const policyLists: readonly (readonly Policy[])[] = Array.from({ length: 16 }, (_, mask) =>
  policyKeys.map((name, n) => ({
    name,
    accepted: n < 2 || (mask & (1 << (n - 2))) !== 0,
  })),
);

/** Returns a random combination of acceptances. */
export function randomPolicies(random: Random): readonly Policy[] {
  return policyLists[integerBelow(random, policyLists.length)] ?? [];
}

/** The segments of one contact, in both forms that the wire has. */
type Membership = { readonly segments: readonly Segment[]; readonly segmentCids: readonly string[] };

/** Returns no, one or two random segments of an organization. */
export function randomMembership({ memberships }: SeedData, random: Random): Membership {
  return pick(random, memberships);
}

function membershipsOf(segments: readonly Segment[]): readonly [Membership, ...Membership[]] {
  const none: Membership = { segments: [], segmentCids: [] };
  const ones = segments.map((segment) => membership([segment]));
  const twos = segments.flatMap((a, n) => segments.slice(n + 1).map((b) => membership([a, b])));
  // Repetition sets the weights: most contacts are in one segment, some in two or in none.
  return [none, none, none, none, ...ones, ...ones, ...ones, ...ones, ...twos];
}

function membership(segments: readonly Segment[]): Membership {
  return { segments, segmentCids: segments.map(({ cid }) => cid) };
}
