import { ConnectionHandler, type RecordSourceSelectorProxy, ROOT_ID } from 'relay-runtime';
import { environment } from '../relay/environment';
import { readCriteria } from './criteria';

const shownSelections = new Set<string>();
let lastSelection = '';

/** Remembers the parameters of a list that is shown, so that a page of a contact can lead back to the last one. */
export function rememberSelection(selection: string): void {
  shownSelections.add(selection);
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

/** Returns Relay's ids of the lists in its store: a contact may be in several of them, which differ in their filters or order. */
export function storedConnections(): string[] {
  const records = environment.getStore().getSource();
  return [...shownSelections].map(connectionOf).filter((id) => records.has(id));
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
