import { ConnectionHandler, type RecordSourceSelectorProxy, ROOT_ID } from 'relay-runtime';
import { readCriteria } from './criteria';

let lastSelection = '';

/** Remembers the parameters of the list that was shown last, so that a page of a contact can lead back to it. */
export function rememberSelection(selection: string): void {
  lastSelection = selection;
}

/** Returns the address of the list that was shown last. */
export function lastListAddress(): string {
  return lastSelection === '' ? '/' : `/?${lastSelection}`;
}

/** Returns Relay's id of the list that a new contact is put on top of: all contacts, the newest first. */
export function newestFirstConnection(): string {
  return connectionOf('');
}

/** Corrects the number of contacts of the list that was shown last, after one of them was deleted. */
export function countDeleted(store: RecordSourceSelectorProxy): void {
  const connection = store.get(connectionOf(lastSelection));
  const total = connection?.getValue('totalCount');
  if (typeof total === 'number') connection?.setValue(total - 1, 'totalCount');
}

function connectionOf(selection: string): string {
  return ConnectionHandler.getConnectionID(
    ROOT_ID,
    'ContactRows_contacts',
    readCriteria(new URLSearchParams(selection)),
  );
}
