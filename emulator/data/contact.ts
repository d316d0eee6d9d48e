import { genders, signupMethods } from '../../src/upstream/wire.ts';
import type { Contact } from '../contact.ts';
import { toBirth } from './birth.ts';
import { cidOf, emailOf, externalIdsOf, phoneOf, usernameOf } from './identity.ts';
import { burstOf } from './import-batch.ts';
import { peoples } from './locales.ts';
import { metricsOf } from './metrics.ts';
import { someMembership, somePolicies, type World } from './organization.ts';
import { below, chance, hex, pick, type Random, seeded } from './random.ts';
import { dataEnd, dateOf, day, hour, toInstant } from './time.ts';

/** Both styles of the wire: the REST API spells genders out, the mobile SDK writes initials. */
const genderNames = [...genders, 'M', 'F', 'O', 'male', 'female', 'M', 'F', 'male', 'female'] as const;
const systems = ['splashportal', 'controlpanel', 'api'] as const;

/**
 * Contact number `n` of an organization as the list shows it: a clean one. It is the same for the same seed,
 * whatever the other contacts are.
 */
export function generateContact(world: World, n: number): Contact {
  const random = seeded(world.seed, world.organizationHash, n);
  const people = pick(random, peoples);
  const gender = pick(random, genderNames);
  const female = gender === 'female' || gender === 'F';
  const { created, modified, imported } = datesOf(random, world.seed, n);
  const birth = toBirth(chance(random, 85) ? dateOf(below(random, 70 * 365) - 30 * 365) : null);
  const email = chance(random, 80) ? emailOf(n) : null;
  const phone = chance(random, 70) ? phoneOf(people, world.seed, n) : null;
  const logins = chance(random, 10) ? 0 : below(random, 30) + 1;
  const venue = pick(random, world.venues);
  const { segments, segmentCids } = someMembership(world, random);
  return {
    cid: cidOf(world, n),
    title: chance(random, 20) ? (female ? 'Ms' : 'Mr') : null,
    firstName: pick(random, female ? people.women : people.men),
    lastName: pick(random, people.families),
    gender,
    ...birth,
    country: people.country,
    zipCode: chance(random, 60) ? String(10_000 + below(random, 89_999)) : null,
    created: toInstant(created),
    modified: toInstant(modified),
    email,
    emailVerified: email !== null && chance(random, 60),
    phone,
    phoneVerified: phone !== null && chance(random, 60),
    signupMethod: imported ? 'external' : pick(random, signupMethods),
    externalIdentityId: chance(random, 10) ? hex(random) : null,
    username: usernameOf(random, n),
    locked: chance(random, 5),
    organizationCid: world.organizationId,
    locationCid: venue.cid,
    system: pick(random, systems),
    enabled: chance(random, 97),
    type: 'customer',
    locationName: venue.name,
    personalId: chance(random, 5) ? `P${hex(random)}` : null,
    externalSource: imported ? 'crm-import' : null,
    lastLogin: logins === 0 ? null : toInstant(created + below(random, dataEnd - created)),
    segmentCids,
    logins,
    policies: somePolicies(random),
    segments,
    extId: externalIdsOf(random, n),
    metrics: metricsOf(random, world, created),
  };
}

function datesOf(random: Random, seed: number, n: number): { created: number; modified: number; imported: boolean } {
  const burst = burstOf(seed, n);
  const created = burst?.created ?? dataEnd - hour - below(random, 1000 * day);
  const modified = burst?.modified ?? created + below(random, dataEnd - created);
  return { created, modified, imported: burst !== undefined };
}
