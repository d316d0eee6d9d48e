import type { EventKind } from '../model.ts';

/** The event kinds: type name and description; `block` names the additional fields of the kind. */
export const eventKinds: Record<EventKind, { typeName: string; description: string; block?: EventBlock }> = {
  signup: { typeName: 'SignupEvent', description: 'The contact signed up.', block: 'signup' },
  visit: { typeName: 'VisitEvent', description: 'The contact visited a location.', block: 'visit' },
  login: { typeName: 'LoginEvent', description: 'The contact logged in to the WiFi.', block: 'login' },
  promo: { typeName: 'PromoEvent', description: 'The contact was shown a promotion.' },
  survey: { typeName: 'SurveyEvent', description: 'The contact answered a survey.', block: 'survey' },
  send_email: { typeName: 'EmailSentEvent', description: 'An e-mail was sent to the contact.', block: 'email' },
  open_email: { typeName: 'EmailOpenedEvent', description: 'The contact opened an e-mail.', block: 'email' },
  click_email: {
    typeName: 'EmailClickedEvent',
    description: 'The contact followed a link in an e-mail.',
    block: 'email',
  },
  send_sms: { typeName: 'SmsSentEvent', description: 'A text message was sent to the contact.', block: 'sms' },
  click_sms: {
    typeName: 'SmsClickedEvent',
    description: 'The contact followed a link in a text message.',
    block: 'sms',
  },
  arriving: { typeName: 'ArrivingEvent', description: 'The contact came near a location.' },
  presence: { typeName: 'PresenceEvent', description: 'The contact was seen at a location.' },
  space: { typeName: 'SpaceEvent', description: 'The contact entered a space within a location.' },
  dwell: { typeName: 'DwellEvent', description: 'The contact stayed at a location.' },
  leave: { typeName: 'LeaveEvent', description: 'The contact left a location.' },
  unknown: {
    typeName: 'UnknownEvent',
    description: 'An event of a kind that this schema does not know yet.',
    block: 'unknown',
  },
};

/** The group of fields that a kind of event has in addition to those of all events. */
export type EventBlock = 'signup' | 'visit' | 'login' | 'survey' | 'email' | 'sms' | 'unknown';
