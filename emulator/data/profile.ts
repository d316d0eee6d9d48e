import { civilStatuses, doubleOptins } from '../../src/upstream/wire/index.ts';
import type { Contact, ProfileOnly } from '../contact.ts';
import { locales } from './locales.ts';
import { chance, createRandom, hashText, integerBelow, pick, type Random, randomHex } from './random.ts';

const companies = ['Caffè Centrale', 'Łódź Robotics', 'Müller & Söhne', '株式会社サクラ', 'Contoso'] as const;
const activities = ['free', 'premium', 'staff'] as const;
const documentTypes = ['passport', 'id_card', 'driving_license'] as const;

/** Generates the fields that only the profile has. They are generated per call, because the list does not need them. */
export function profileOf(seed: number, contact: Contact): ProfileOnly {
  const random = createRandom(seed, hashText(contact.cid), hashText('profile'));
  const locale = locales.find(({ country }) => country === contact.country);
  return {
    language: locale?.language ?? null,
    companyName: chance(random, 30) ? pick(random, companies) : null,
    civilStatus: chance(random, 40) ? pick(random, civilStatuses) : null,
    doubleOptin: chance(random, 50) ? pick(random, doubleOptins) : null,
    custom: customOf(random),
    document: chance(random, 15) ? documentOf(random) : null,
    picture: chance(random, 20) ? `https://pictures.example.com/${contact.cid}.jpg` : null,
    profileId: chance(random, 60) ? pick(random, activities) : null,
    processingData: { profiling: chance(random, 70), processingPersonalData: chance(random, 90) },
  };
}

function customOf(random: Random): Record<string, unknown> {
  if (chance(random, 40)) return {};
  return { shoeSize: String(35 + integerBelow(random, 12)), favouriteColour: pick(random, ['blue', 'verde', '紅']) };
}

function documentOf(random: Random): Record<string, string | null> {
  const type = pick(random, documentTypes);
  return { memberId: randomHex(random), number: randomHex(random), passportNumber: null, personalId: null, type };
}
