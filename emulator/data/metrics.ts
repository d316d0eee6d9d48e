import type { Metrics } from '../contact.ts';
import { integerBelow, pick, type Random } from './random.ts';
import type { SeedData } from './seed-data.ts';
import { dataEnd, toInstant } from './time.ts';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const timebuckets = ['morning', 'lunch', 'afternoon', 'evening', 'night'] as const;
const frequencyBuckets = ['1', '2-4', '5-9', '10+'] as const;

/** Generates the statistics of a contact's visits. @param created seconds since 1970 of the contact's creation */
export function metricsOf(random: Random, { venues }: SeedData, created: number): Metrics {
  const visits = integerBelow(random, 25);
  if (visits === 0) return noVisits;
  const top = pick(random, venues);
  const lastVisit = toInstant(created + integerBelow(random, dataEnd - created));
  return {
    frequencyMonthlyVisit: integerBelow(random, 300) / 10,
    compassTopLocation: top.name,
    compassTopLocationCount: integerBelow(random, visits) + 1,
    topFrequencyBuckets: pick(random, frequencyBuckets),
    lastVisitVenue: pick(random, venues).name,
    prefVisitWDay: pick(random, weekdays),
    lastVisitDateUtc: lastVisit,
    avgVisitLength: integerBelow(random, 72_000) / 10,
    countVisitedLocations: integerBelow(random, Math.min(visits, venues.length)) + 1,
    prefVisitTimebucket: pick(random, timebuckets),
    prefVisitTimeHour: hours[integerBelow(random, 24)] ?? null,
    lastVisitDateBusiness: lastVisit.slice(0, 10),
    countTotalVisits: visits,
    conversionRate: integerBelow(random, 1000) / 1000,
    avgDaysBetweenVisits: integerBelow(random, 600) / 10,
  };
}

const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

const noVisits: Metrics = {
  frequencyMonthlyVisit: 0,
  compassTopLocation: null,
  compassTopLocationCount: 0,
  topFrequencyBuckets: null,
  lastVisitVenue: null,
  prefVisitWDay: null,
  lastVisitDateUtc: null,
  avgVisitLength: 0,
  countVisitedLocations: 0,
  prefVisitTimebucket: null,
  prefVisitTimeHour: null,
  lastVisitDateBusiness: null,
  countTotalVisits: 0,
  conversionRate: 0,
  avgDaysBetweenVisits: 0,
};
