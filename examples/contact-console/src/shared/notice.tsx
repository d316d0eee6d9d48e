import { useSyncExternalStore } from 'react';

const SHOWN_MS = 6000;

let text = '';
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Says for some seconds what was done, on the page that shows then, and to screen readers. */
export function notify(message: string): void {
  setText(message);
  clearTimeout(timer);
  timer = setTimeout(() => setText(''), SHOWN_MS);
}

function setText(next: string): void {
  text = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows what `notify` says. It is always in the document, because screen readers watch regions that they know. */
export function Notice() {
  const message = useSyncExternalStore(subscribe, () => text);
  return (
    <div className="notice" role="status">
      {message !== '' && <p>{message}</p>}
    </div>
  );
}
