import type { ContactEventType } from './__generated__/EventFeedPageQuery.graphql';

/** What kinds of events have in common; each group has an icon and a color. */
export type EventGroup = 'presence' | 'wifi' | 'message' | 'other';

type EventKind = { label: string; group: EventGroup };

/** The kinds of events in the order in which they can be selected. */
export const eventKinds: Readonly<Record<string, EventKind>> = {
  LOGIN: { label: 'Logged in to the WiFi', group: 'wifi' },
  SIGNUP: { label: 'Signed up', group: 'wifi' },
  VISIT: { label: 'Visited', group: 'presence' },
  ARRIVING: { label: 'Arrived', group: 'presence' },
  PRESENCE: { label: 'Was present', group: 'presence' },
  DWELL: { label: 'Stayed', group: 'presence' },
  SPACE: { label: 'Entered a space', group: 'presence' },
  LEAVE: { label: 'Left', group: 'presence' },
  SEND_EMAIL: { label: 'Was sent an e-mail', group: 'message' },
  OPEN_EMAIL: { label: 'Opened an e-mail', group: 'message' },
  CLICK_EMAIL: { label: 'Followed a link in an e-mail', group: 'message' },
  SEND_SMS: { label: 'Was sent a text message', group: 'message' },
  CLICK_SMS: { label: 'Followed a link in a text message', group: 'message' },
  PROMO: { label: 'Was shown a promotion', group: 'other' },
  SURVEY: { label: 'Answered a survey', group: 'other' },
};

/** Returns how a kind of event is shown, also one that this app does not know yet. */
export function kindOf(type: string): EventKind {
  return eventKinds[type] ?? { label: 'Did something new', group: 'other' };
}

/** Returns whether a text is the name of a kind of event that can be selected. */
export function isEventType(text: string): text is ContactEventType {
  return Object.hasOwn(eventKinds, text);
}
