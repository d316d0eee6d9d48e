import type { Context } from '../context.ts';
import type { Contact, Device } from '../model.ts';
import { type Connection, type PageArgs, pageOf } from './connection.ts';

/** A contact's devices, the one connected last first. */
export async function contactDevices(
  contact: Contact,
  page: PageArgs,
  { loaders }: Context,
): Promise<Connection<Device>> {
  const devices = await loaders.devices.load(contact.cid);
  return pageOf(devices, (device) => [device.lastConnection ?? '', device.macAddress ?? ''], page);
}
