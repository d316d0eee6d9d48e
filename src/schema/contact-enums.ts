import { builder } from './builder.ts';
import { enumValues } from './enum.ts';

export const Gender = builder.enumType('Gender', {
  description: 'Gender as a person gave it.',
  values: enumValues({ male: 'Male.', female: 'Female.', other: 'Neither, or not told.' }),
});

export const CivilStatus = builder.enumType('CivilStatus', {
  description: 'How a person is addressed by civil status.',
  values: enumValues({ Mr: 'Mister.', Miss: 'Miss.', Lady: 'Lady.' }),
});

export const DoubleOptIn = builder.enumType('DoubleOptIn', {
  description: 'How far a double opt-in has come.',
  values: enumValues({ confirmed: 'The person has confirmed.', confirm_waiting: 'The confirmation is still awaited.' }),
});

export const SignupMethod = builder.enumType('SignupMethod', {
  description: 'Where a contact signed up.',
  values: enumValues({
    controlpanel: 'An operator in the control panel.',
    splashportal: 'The splash portal of a WiFi network.',
    mobileapp: 'A mobile app.',
    kiosk: 'A kiosk at a venue.',
    external: 'An outside system.',
    guest_wifi: 'A guest WiFi.',
    text: 'A text message.',
    api: 'The API.',
    qr_code: 'A QR code.',
    other: 'Anything else.',
  }),
});
