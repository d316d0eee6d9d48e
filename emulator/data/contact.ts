import { genders, signupMethods } from '../../src/upstream/wire/index.ts';
import type { Contact } from '../contact.ts';
import { toBirth } from './birth.ts';
import { cidOf, emailOf, externalIdsOf, phoneOf, usernameOf } from './identity.ts';
import { importBatchOf } from './import-batch.ts';
import { locales } from './locales.ts';
import { metricsOf } from './metrics.ts';
import { chance, createRandom, integerBelow, pick, type Random, randomHex } from './random.ts';
import { randomMembership, randomPolicies, type SeedData } from './seed-data.ts';
import { dataEnd, dateOf, day, hour, toInstant } from './time.ts';

/** Both spellings on the wire: the REST API writes the word, the mobile SDK the initial. */
const genderNames = [...genders, 'M', 'F', 'O', 'male', 'female', 'M', 'F', 'male', 'female'] as const;
const systems = ['splashportal', 'controlpanel', 'api'] as const;

/**
 * Generates contact number `n` of an organization as a row of the list, with values as in the contract. It depends on the
 * seed and `n` only, and not on the number of contacts.
 */
export function generateContact(seedData: SeedData, n: number): Contact {
  const random = createRandom(seedData.seed, seedData.organizationHash, n);
  const locale = pick(random, locales);
  const gender = pick(random, genderNames);
  const female = gender === 'female' || gender === 'F';
  const { created, modified, imported } = datesOf(random, seedData.seed, n);
  const birth = toBirth(chance(random, 85) ? dateOf(integerBelow(random, 70 * 365) - 30 * 365) : null);
  const email = chance(random, 80) ? emailOf(n) : null;
  const phone = chance(random, 70) ? phoneOf(locale, seedData.seed, n) : null;
  const logins = chance(random, 10) ? 0 : integerBelow(random, 30) + 1;
  const venue = pick(random, seedData.venues);
  const { segments, segmentCids } = randomMembership(seedData, random);
  return {
    cid: cidOf(seedData, n),
    title: chance(random, 20) ? (female ? 'Ms' : 'Mr') : null,
    firstName: pick(random, female ? locale.femaleNames : locale.maleNames),
    lastName: pick(random, locale.familyNames),
    gender,
    ...birth,
    country: locale.country,
    zipCode: chance(random, 60) ? String(10_000 + integerBelow(random, 89_999)) : null,
    created: toInstant(created),
    modified: toInstant(modified),
    email,
    emailVerified: email !== null && chance(random, 60),
    phone,
    phoneVerified: phone !== null && chance(random, 60),
    signupMethod: imported ? 'external' : pick(random, signupMethods),
    externalIdentityId: chance(random, 10) ? randomHex(random) : null,
    username: usernameOf(random, n),
    locked: chance(random, 5),
    organizationCid: seedData.organizationId,
    locationCid: venue.cid,
    system: pick(random, systems),
    enabled: chance(random, 97),
    type: 'customer',
    locationName: venue.name,
    personalId: chance(random, 5) ? `P${randomHex(random)}` : null,
    externalSource: imported ? 'crm-import' : null,
    lastLogin: logins === 0 ? null : toInstant(created + integerBelow(random, dataEnd - created)),
    segmentCids,
    logins,
    policies: randomPolicies(random),
    segments,
    extId: externalIdsOf(random, n),
    metrics: metricsOf(random, seedData, created),
  };
}

function datesOf(random: Random, seed: number, n: number): { created: number; modified: number; imported: boolean } {
  const batch = importBatchOf(seed, n);
  const created = batch?.created ?? dataEnd - hour - integerBelow(random, 1000 * day);
  const modified = batch?.modified ?? created + integerBelow(random, dataEnd - created);
  return { created, modified, imported: batch !== undefined };
}
