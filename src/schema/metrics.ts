import type { ContactMetrics } from '../model.ts';
import { builder } from './builder.ts';
import { ContactRef } from './contact.ts';

const Metrics = builder.objectRef<ContactMetrics>('ContactMetrics').implement({
  description: 'What the visits of a contact add up to.',
  fields: (t) => ({
    totalVisits: t.exposeInt('countTotalVisits', { description: 'Visits in all.' }),
    visitedLocations: t.exposeInt('countVisitedLocations', { description: 'Different locations visited.' }),
    monthlyVisits: t.exposeFloat('frequencyMonthlyVisit', { description: 'Visits a month, on average.' }),
    averageVisitLength: t.exposeFloat('avgVisitLength', {
      description: 'Length of a visit, on average, as the upstream measures it.',
    }),
    averageDaysBetweenVisits: t.exposeFloat('avgDaysBetweenVisits', {
      description: 'Days between two visits, on average.',
    }),
    conversionRate: t.exposeFloat('conversionRate', { description: 'Share of visits that led to a connection.' }),
    lastVisitAt: t.expose('lastVisitDateUtc', { type: 'DateTime', description: 'When the contact last visited.' }),
    lastVisitBusinessDate: t.exposeString('lastVisitDateBusiness', {
      description: 'Business day of the last visit, `YYYY-MM-DD`.',
    }),
    lastVisitVenue: t.exposeString('lastVisitVenue', {
      description: 'Where the contact was last, as the organization calls the place.',
    }),
    topLocation: t.exposeString('compassTopLocation', { description: 'The location visited most.' }),
    topLocationVisits: t.exposeInt('compassTopLocationCount', { description: 'Visits to the location visited most.' }),
    topFrequencyBuckets: t.exposeString('topFrequencyBuckets', {
      description: 'The most frequent buckets of visits, as the upstream writes them.',
    }),
    preferredWeekday: t.exposeString('prefVisitWDay', { description: 'The weekday with most visits.' }),
    preferredTimeBucket: t.exposeString('prefVisitTimebucket', {
      description: 'The part of the day with most visits.',
    }),
    preferredHour: t.exposeString('prefVisitTimeHour', { description: 'The hour of the day with most visits.' }),
  }),
});

builder.objectFields(ContactRef, (t) => ({
  metrics: t.expose('metrics', { type: Metrics, description: 'What the visits of the contact add up to.' }),
}));
