import type { Profile } from '../contact.ts';
import { demo } from '../demo.ts';
import type { Activity } from './activity.ts';
import { policyKeys, type SeedData } from './seed-data.ts';

/** The demo contact has enough events for every type, and they are in the order of their time. */
export const demoActivity: Activity = {
  events: 42,
  devices: 3,
  accountings: 28,
  changeEvents: (rows) => rows.toSorted((a, b) => (a.when.createdAt < b.when.createdAt ? 1 : -1)),
};

/** Returns contact number 0 of the demo organization, which the examples use. */
export function demoContact({ organizationId, segments, venues: [venue] }: SeedData): Profile {
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
    locationCid: venue.cid,
    system: 'splashportal',
    enabled: true,
    type: 'customer',
    locationName: venue.name,
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
      compassTopLocation: venue.name,
      compassTopLocationCount: 17,
      topFrequencyBuckets: '10+',
      lastVisitVenue: venue.name,
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
