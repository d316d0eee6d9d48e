import { customPolicyPrefix, standardPolicies } from '../../src/upstream/wire.ts';
import type { Policy, Segment } from '../contact.ts';
import { below, hash, pick, type Random } from './random.ts';
import { segmentsOf, type Venue, venuesOf } from './venue.ts';

/** What the contacts of one organization have in common. */
export type World = {
  readonly seed: number;
  readonly organizationId: string;
  readonly organizationHash: number;
  readonly venues: readonly [Venue, ...Venue[]];
  readonly segments: readonly Segment[];
  /** Shared by all contacts, because they never change. */
  readonly memberships: readonly [Membership, ...Membership[]];
};

export function createWorld(seed: number, organizationId: string): World {
  const segments = segmentsOf(organizationId);
  return {
    seed,
    organizationId,
    organizationHash: hash(organizationId),
    venues: venuesOf(organizationId),
    segments,
    memberships: membershipsOf(segments),
  };
}

/** Keys of the policies that generated contacts know. */
export const policyKeys = [
  ...standardPolicies,
  `${customPolicyPrefix}emailMarketing`,
  `${customPolicyPrefix}my_policy`,
];

/**
 * Every combination of acceptances, once: contacts share these lists, because they never change.
 * The two first are always accepted, else there would be no contact [doc].
 */
const policyLists: readonly (readonly Policy[])[] = Array.from({ length: 16 }, (_, mask) =>
  policyKeys.map((name, n) => ({
    name,
    accepted: n < 2 || (mask & (1 << (n - 2))) !== 0,
  })),
);

export function somePolicies(random: Random): readonly Policy[] {
  return policyLists[below(random, policyLists.length)] ?? [];
}

/** The segments of one contact, in both spellings of the wire. */
type Membership = { readonly segments: readonly Segment[]; readonly segmentCids: readonly string[] };

/** None, one or two of an organization's segments. */
export function someMembership({ memberships }: World, random: Random): Membership {
  return pick(random, memberships);
}

function membershipsOf(segments: readonly Segment[]): readonly [Membership, ...Membership[]] {
  const none: Membership = { segments: [], segmentCids: [] };
  const ones = segments.map((segment) => membership([segment]));
  const twos = segments.flatMap((a, n) => segments.slice(n + 1).map((b) => membership([a, b])));
  // Weighted by repetition: most are in one segment, some in two, some in none.
  return [none, none, none, none, ...ones, ...ones, ...ones, ...ones, ...twos];
}

function membership(segments: readonly Segment[]): Membership {
  return { segments, segmentCids: segments.map(({ cid }) => cid) };
}
