import type { EventGroup } from './event-kinds';

const paths: Readonly<Record<EventGroup, string>> = {
  presence:
    'M8 1.5c-2.6 0-4.5 1.9-4.5 4.4C3.5 9.3 8 14.5 8 14.5s4.5-5.2 4.5-8.6C12.5 3.4 10.6 1.5 8 1.5Zm0 6a1.6 1.6 0 1 1 0-3.2 1.6 1.6 0 0 1 0 3.2Z',
  wifi: 'M1.5 6.2a9.2 9.2 0 0 1 13 0M3.8 8.7a6 6 0 0 1 8.4 0M6 11.1a2.9 2.9 0 0 1 4 0M8 13.2v.1',
  message: 'M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5',
  other: 'M8 1.8l1.9 4 4.3.600-3.1 3 .700 4.3L8 11.7l-3.8 2 .700-4.3-3.1-3 4.3-.600z',
};

/** The icon of a group of events. The label beside it says the same in words. */
export function EventIcon({ group }: { group: EventGroup }) {
  return (
    <span className={`event-icon event-${group}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={paths[group]} />
      </svg>
    </span>
  );
}
