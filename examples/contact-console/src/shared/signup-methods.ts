/** The ways to sign up, with their names for readers. */
export const signupMethods = [
  { value: 'SPLASHPORTAL', label: 'Splash portal' },
  { value: 'GUEST_WIFI', label: 'Guest WiFi' },
  { value: 'MOBILEAPP', label: 'Mobile app' },
  { value: 'KIOSK', label: 'Kiosk' },
  { value: 'QR_CODE', label: 'QR code' },
  { value: 'CONTROLPANEL', label: 'Control panel' },
  { value: 'API', label: 'API' },
  { value: 'EXTERNAL', label: 'External' },
  { value: 'TEXT', label: 'Text message' },
  { value: 'OTHER', label: 'Other' },
] as const;

/** Returns the name of a way to sign up, also of one that this app does not know yet. */
export function signupMethodName(method: string | null | undefined): string {
  return signupMethods.find(({ value }) => value === method)?.label ?? method ?? 'Unknown';
}
