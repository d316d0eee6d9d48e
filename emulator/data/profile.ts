import { civilStatuses, doubleOptins } from '../../src/upstream/wire.ts';
import type { Contact, ProfileOnly } from '../contact.ts';
import { peoples } from './locales.ts';
import { below, chance, hash, hex, pick, type Random, seeded } from './random.ts';

const companies = ['Caffè Centrale', 'Łódź Robotics', 'Müller & Söhne', '株式会社サクラ', 'Contoso'] as const;
const plans = ['free', 'premium', 'staff'] as const;
const documentTypes = ['passport', 'id_card', 'driving_license'] as const;

/** What only the profile of a generated contact answers, made when it is asked for: a list never needs it. */
export function profileOf(seed: number, contact: Contact): ProfileOnly {
  const random = seeded(seed, hash(contact.cid), hash('profile'));
  const people = peoples.find(({ country }) => country === contact.country);
  return {
    language: people?.language ?? null,
    companyName: chance(random, 30) ? pick(random, companies) : null,
    civilStatus: chance(random, 40) ? pick(random, civilStatuses) : null,
    doubleOptin: chance(random, 50) ? pick(random, doubleOptins) : null,
    custom: customOf(random),
    document: chance(random, 15) ? documentOf(random) : null,
    picture: chance(random, 20) ? `https://pictures.example.com/${contact.cid}.jpg` : null,
    profileId: chance(random, 60) ? pick(random, plans) : null,
    processingData: { profiling: chance(random, 70), processingPersonalData: chance(random, 90) },
  };
}

function customOf(random: Random): Record<string, unknown> {
  if (chance(random, 40)) return {};
  return { shoeSize: String(35 + below(random, 12)), favouriteColour: pick(random, ['blue', 'verde', '紅']) };
}

function documentOf(random: Random): Record<string, string | null> {
  const type = pick(random, documentTypes);
  return { memberId: hex(random), number: hex(random), passportNumber: null, personalId: null, type };
}
