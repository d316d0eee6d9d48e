import type { Metrics } from '../contact.ts';
import type { World } from './organization.ts';
import { below, pick, type Random } from './random.ts';
import { dataEnd, toInstant } from './time.ts';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const timebuckets = ['morning', 'lunch', 'afternoon', 'evening', 'night'] as const;
const buckets = ['1', '2-4', '5-9', '10+'] as const;

/** What the upstream computed about somebody's visits; zeros and nulls for who never came. */
export function metricsOf(random: Random, { venues }: World, created: number): Metrics {
  const visits = below(random, 25);
  if (visits === 0) return never;
  const top = pick(random, venues);
  const lastVisit = toInstant(created + below(random, dataEnd - created));
  return {
    frequencyMonthlyVisit: below(random, 300) / 10,
    compassTopLocation: top.name,
    compassTopLocationCount: below(random, visits) + 1,
    topFrequencyBuckets: pick(random, buckets),
    lastVisitVenue: pick(random, venues).name,
    prefVisitWDay: pick(random, weekdays),
    lastVisitDateUtc: lastVisit,
    avgVisitLength: below(random, 72_000) / 10,
    countVisitedLocations: below(random, Math.min(visits, venues.length)) + 1,
    prefVisitTimebucket: pick(random, timebuckets),
    prefVisitTimeHour: hours[below(random, 24)] ?? null,
    lastVisitDateBusiness: lastVisit.slice(0, 10),
    countTotalVisits: visits,
    conversionRate: below(random, 1000) / 1000,
    avgDaysBetweenVisits: below(random, 600) / 10,
  };
}

const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

const never: Metrics = {
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
