import type { Profile } from '../contact.ts';
import { demo } from '../demo.ts';
import type { Plan } from './activity.ts';
import { policyKeys, type World } from './organization.ts';

/** Enough that every kind of event occurs; in the order that one expects. */
export const demoPlan: Plan = {
  events: 42,
  devices: 3,
  accountings: 28,
  changeEvents: (rows) => rows.toSorted((a, b) => (a.when.createdAt < b.when.createdAt ? 1 : -1)),
};

/** Contact number 0: somebody to show around. */
export function demoContact({ organizationId, segments, venues: [home] }: World): Profile {
  const memberships = segments.slice(1, 3);
  return {
    cid: demo.contactId,
    title: 'Ms',
    firstName: 'Ada',
    lastName: 'Rossi',
    gender: 'female',
    birthDate: '1990-12-10',
    birthDay: '12-10',
    age: '35',
    country: 'IT',
    zipCode: '56125',
    created: '2025-03-08T09:30:00Z',
    modified: '2026-06-12T16:45:21Z',
    email: 'ada.rossi@example.com',
    emailVerified: true,
    phone: '+390501234567',
    phoneVerified: true,
    signupMethod: 'mobileapp',
    externalIdentityId: null,
    username: 'YYYYYZZZXXX1',
    locked: false,
    organizationCid: organizationId,
    locationCid: home.cid,
    system: 'splashportal',
    enabled: true,
    type: 'customer',
    locationName: home.name,
    personalId: null,
    externalSource: null,
    lastLogin: '2026-06-28T08:05:11Z',
    segmentCids: memberships.map(({ cid }) => cid),
    logins: 28,
    policies: policyKeys.map((name) => ({ name, accepted: name !== policyKeys.at(-1) })),
    segments: memberships,
    extId: { id: 'CRM-ADA-1815', prop1: 'store-pisa', prop2: 'loyalty-1815' },
    metrics: {
      frequencyMonthlyVisit: 2.6,
      compassTopLocation: home.name,
      compassTopLocationCount: 17,
      topFrequencyBuckets: '10+',
      lastVisitVenue: home.name,
      prefVisitWDay: 'Saturday',
      lastVisitDateUtc: '2026-06-28T08:01:40Z',
      avgVisitLength: 2710.5,
      countVisitedLocations: 4,
      prefVisitTimebucket: 'morning',
      prefVisitTimeHour: '10',
      lastVisitDateBusiness: '2026-06-28',
      countTotalVisits: 41,
      conversionRate: 0.68,
      avgDaysBetweenVisits: 11.4,
    },
    language: 'it',
    companyName: 'Analytical Engines S.r.l.',
    civilStatus: 'Lady',
    doubleOptin: 'confirmed',
    custom: { favouriteColour: 'blu', shoeSize: '38', newsletter: 'weekly', loyaltyPoints: 1815 },
    document: { memberId: 'M-1815', number: 'CA01234AA', passportNumber: null, personalId: null, type: 'passport' },
    picture: `https://pictures.example.com/${demo.contactId}.jpg`,
    profileId: 'premium',
    processingData: { profiling: true, processingPersonalData: true },
  };
}
