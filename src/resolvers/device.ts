import type { Context } from '../context.ts';
import type { Contact, Device } from '../model.ts';
import { ChildCursors } from './child-cursors.ts';
import { type Connection, type PageArgs, paginateRows, parseForwardPage } from './connection.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/** Resolves a contact's devices, newest connection first; null when the contact does not exist any more. */
export async function contactDevices(
  contact: Contact,
  args: PageArgs,
  context: Context,
): Promise<Connection<Device> | null> {
  const cursors = new ChildCursors(context, 'devices', contact.cid);
  const page = parseForwardPage(args, context, cursors);
  const devices = await context.loaders.devices.load(contact.cid).catch(nullIfNotFound);
  if (devices === null) return null;
  return paginateRows(devices, (device) => [device.lastConnection ?? '', device.macAddress ?? ''], page, cursors);
}
