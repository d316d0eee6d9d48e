import type { Secret } from '../../crypto/secret.ts';
import type { Upstream } from '../operation/upstream.ts';
import { appDeviceField, appSource, path } from '../wire/index.ts';
import { readWriteResult, toWireNames, type WriteResult } from './contact-changes.ts';

/** A device as the app on it describes it, and which WiFi profiles the app has installed there. Times are RFC 3339. */
export type AppDevice = {
  readonly [K in Exclude<keyof typeof appDeviceField, DerivedField | ProfileFlag>]?: string | undefined;
} & {
  readonly [K in ProfileFlag]?: boolean | undefined;
} & {
  readonly pushToken?: Secret | undefined;
};

type DerivedField = 'source' | 'pushToken';
type ProfileFlag = 'passpointInstalled' | 'wpa2EnterpriseInstalled';

/**
 * Endpoint 18: tells which app and device a contact uses. [assumed] A device with the same `guid` or `installId` is updated,
 * so that a registration with one of them can be repeated.
 *
 * @throws {NotFound} also for a contact of another organization
 */
export function registerDevice(upstream: Upstream, cid: string, device: AppDevice): Promise<WriteResult> {
  const repeatable = device.guid !== undefined || device.installId !== undefined;
  const write = {
    resource: 'registerDevice',
    method: 'POST',
    path: path.registerDevice(cid),
    body: toWireNames(appDeviceField, { ...device, source: appSource, pushToken: device.pushToken?.reveal() }),
    repeatable,
    advice: repeatable
      ? 'It can be sent again without harm.'
      : 'Sent again it may register the device twice: give its guid or installId.',
  } as const;
  return upstream.write(write, readWriteResult);
}
