import { Secret } from '../crypto/secret.ts';
import type { AppDevice, NewContact } from '../model.ts';
import { parseTexts, type Texts } from './contact-blocks.ts';
import { eitherName } from './input/deprecated-name.ts';
import { required } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { type Day, parseTime, type TimeInput } from './input/time-input.ts';
import type { InputValidator } from './input/validator.ts';

const commonTexts = ['bundle', 'vendorId', 'advId', 'installId', 'os', 'device', 'guid'] as const;
const newDeviceTexts = ['source', ...commonTexts] as const;
const newDeviceTimes = ['created', 'modified', 'lastSeen'] as const;
const appDeviceTexts = ['osVersion', ...commonTexts] as const;
const appDeviceTimes = ['created', 'lastSeen'] as const;

/** Times with the suffix `At`, and with the deprecated names without it. */
type Times<K extends string> = { readonly [N in K | `${K}At`]?: Optional<TimeInput> };

/** The device of a new contact as clients send it. */
export type DeviceInput = Texts<(typeof newDeviceTexts)[number]> & Times<(typeof newDeviceTimes)[number]>;

/** The device on which an app is installed, as clients send it. */
export type AppDeviceInput = Texts<(typeof appDeviceTexts)[number]> & Times<(typeof appDeviceTimes)[number]>;

/** What an app says of its installation besides its device. */
export type InstallationInput = {
  readonly device: AppDeviceInput;
  readonly pushToken?: Optional<string>;
  readonly installedProfiles?: Optional<{
    readonly passpoint?: Optional<boolean>;
    readonly wpa2Enterprise?: Optional<boolean>;
  }>;
};

/** The most characters of a push token; those of Apple and Google have up to some 200. */
const maxPushToken = 4_096;

/** Parses the device of a new contact. */
export function parseDevice(device: DeviceInput, check: InputValidator): NewContact['device'] {
  return { ...parseTexts(newDeviceTexts, device, check), ...parseTimes(newDeviceTimes, device, check) };
}

/** Parses what an app says of its installation, which must be something. */
export function parseAppDevice(
  { device, pushToken, installedProfiles }: InstallationInput,
  check: InputValidator,
): AppDevice {
  const nested = check.nested('device');
  const problems = check.problems.length;
  const token = check.text('pushToken', pushToken, maxPushToken);
  const parsed: AppDevice = {
    ...parseTexts(appDeviceTexts, device, nested),
    ...parseTimes(appDeviceTimes, device, nested),
    pushToken: token === undefined ? undefined : new Secret(token),
    passpointInstalled: installedProfiles?.passpoint ?? undefined,
    wpa2EnterpriseInstalled: installedProfiles?.wpa2Enterprise ?? undefined,
  };
  const isEmpty = Object.values(parsed).every((value) => value === undefined);
  if (isEmpty && check.problems.length === problems) {
    nested.add([], required('Give at least one value of the device, a push token, or an installed profile.'));
  }
  return parsed;
}

function parseTimes<K extends string>(names: readonly K[], given: Times<NoInfer<K>>, check: InputValidator) {
  const times: { [N in K]?: string | undefined } = {};
  for (const deprecated of names) {
    const { name, value } = eitherName(given, `${deprecated}At`, deprecated, check);
    times[deprecated] = check.parse<Date | Day, string>(name, value, toInstant);
  }
  return times;
}

/** Formats a time as in the upstream's examples, which have whole seconds. */
function toInstant(time: Date | Day): string {
  return parseTime(time).toISOString().replace('.000Z', 'Z');
}
