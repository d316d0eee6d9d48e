/** Fields of a contact, in the list and in its profile [doc]. */
export const contactField = {
  cid: 'cid',
  title: 'title',
  firstName: 'firstName',
  lastName: 'lastName',
  gender: 'gender',
  birthDate: 'birthDate',
  birthDay: 'birthDay',
  age: 'age',
  country: 'country',
  zipCode: 'zipCode',
  created: 'created',
  modified: 'modified',
  email: 'email',
  emailVerified: 'emailVerified',
  phone: 'phone',
  phoneVerified: 'phoneVerified',
  signupMethod: 'signupMethod',
  externalIdentityId: 'externalIdentityId',
  username: 'username',
  locked: 'locked',
  organizationCid: 'organizationCid',
  locationCid: 'locationCid',
  system: 'system',
  enabled: 'enabled',
  type: 'type',
  locationName: 'locationName',
  personalId: 'personalId',
  externalSource: 'externalSource',
  lastLogin: 'lastLogin',
  segmentCids: 'segmentCids',
  logins: 'logins',
  policies: 'policies',
  segments: 'segments',
  extId: 'extId',
  metrics: 'metrics',
  // [assumed] What creation takes, and of the reads only the profile (endpoint 2) may answer.
  language: 'language',
  companyName: 'companyName',
  civilStatus: 'civilStatus',
  doubleOptin: 'doubleOptin',
  custom: 'custom',
  document: 'document',
  picture: 'picture',
  profileId: 'profileId',
  processingData: 'processingData',
} as const;

/** Fields of the objects within a contact. */
export const contactBlock = {
  policies: { name: 'name', accepted: 'accepted' }, // [doc]
  segments: { cid: 'cid', name: 'name' }, // [doc]
  extId: { id: 'id', prop1: 'prop1', prop2: 'prop2' }, // [doc]
  metrics: {
    // [doc]
    frequencyMonthlyVisit: 'frequencyMonthlyVisit',
    compassTopLocation: 'compassTopLocation',
    compassTopLocationCount: 'compassTopLocationCount',
    topFrequencyBuckets: 'topFrequencyBuckets',
    lastVisitVenue: 'lastVisitVenue',
    prefVisitWDay: 'prefVisitWDay',
    lastVisitDateUtc: 'lastVisitDateUtc',
    avgVisitLength: 'avgVisitLength',
    countVisitedLocations: 'countVisitedLocations',
    prefVisitTimebucket: 'prefVisitTimebucket',
    prefVisitTimeHour: 'prefVisitTimeHour',
    lastVisitDateBusiness: 'lastVisitDateBusiness',
    countTotalVisits: 'countTotalVisits',
    conversionRate: 'conversionRate',
    avgDaysBetweenVisits: 'avgDaysBetweenVisits',
  },
  document: {
    // [assumed] as creation has it
    memberId: 'memberId',
    number: 'number',
    passportNumber: 'passportNumber',
    personalId: 'personalId',
    type: 'type',
  },
  processingData: { profiling: 'profiling', processingPersonalData: 'processingPersonalData' }, // [assumed] likewise
} as const;

/** Fields of an event [doc]. The documentation also prints a flat form, whose `type` and `id` stand at the top. */
export const eventField = {
  organizationId: 'organizationId',
  customerId: 'customerId',
  event: 'event',
  where: 'where',
  when: 'when',
  visit: 'visit',
  login: 'login', // [assumed]
  signup: 'signup',
  email: 'email',
  sms: 'sms',
  survey: 'survey',
  type: 'type',
  id: 'id',
} as const;

const campaign = { campaignId: 'campaignId', campaignName: 'campaignName' } as const; // [doc]
const message = { ...campaign, communicationId: 'communicationId', channel: 'channel' } as const; // [doc]

/** Fields of the objects within an event [doc], but for the durations. */
export const eventBlock = {
  event: { type: 'type', id: 'id' },
  where: { locationId: 'locationId', locationName: 'locationName', hotspotId: 'hotspotId' },
  when: { createdAt: 'createdAt', createdAtLocal: 'createdAtLocal', timezone: 'timezone' },
  visit: {
    startAt: 'startAt',
    startAtLocal: 'startAtLocal',
    timezone: 'timezone',
    duration: 'duration', // [assumed] in seconds
  },
  login: { duration: 'duration' }, // [assumed] in seconds
  signup: { source: 'source' },
  email: { ...message, email: 'email' },
  sms: { ...message, phone: 'phone', prefix: 'prefix' },
  survey: campaign,
} as const;

/** The object that an event has in addition, by its type [doc]. */
export const eventBlockOf: ReadonlyMap<string, string> = new Map([
  ['signup', eventField.signup],
  ['visit', eventField.visit],
  ['login', eventField.login], // [assumed]
  ['survey', eventField.survey],
  ['send_email', eventField.email],
  ['open_email', eventField.email],
  ['click_email', eventField.email],
  ['send_sms', eventField.sms],
  ['click_sms', eventField.sms],
]);

/** Fields of a device [assumed]; the documentation promises the first three in words. */
export const deviceField = {
  macAddress: 'macAddress',
  connections: 'connections',
  lastConnection: 'lastConnection',
  os: 'os',
  vendor: 'vendor',
} as const;

/** Fields of a WiFi session [assumed]. Octets are counted from the access point: input comes from the device. */
export const accountingField = {
  id: 'id',
  sessionId: 'sessionId',
  startAt: 'startAt',
  stopAt: 'stopAt',
  duration: 'duration', // in seconds
  inputOctets: 'inputOctets',
  outputOctets: 'outputOctets',
  macAddress: 'macAddress',
  ipAddress: 'ipAddress',
  hotspotId: 'hotspotId',
  hotspotName: 'hotspotName',
  hotspotMacAddress: 'hotspotMacAddress',
  locationId: 'locationId',
  locationName: 'locationName',
  terminateCause: 'terminateCause',
} as const;
