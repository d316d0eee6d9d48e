import { userErrors } from './write-gateway.ts';

// The documents of mutations whose input or payload has a password, a token or personal data.

/** Takes a password, or returns a generated one. */
export const createContact = `mutation ($input: CreateContactInput!) {
  createContact(input: $input) { outcome password ${userErrors} }
}`;

/** Returns a token and the URL that activates it. */
export const issueToken = `mutation ($input: IssueContactTokenInput!) {
  issueContactToken(input: $input) { token activationUrl ${userErrors} }
}`;

/** Takes personal data. */
export const updateContact = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { ${userErrors} } }`;

/** Takes a token. */
export const redeemToken = `mutation ($input: RedeemContactTokenInput!) {
  redeemContactToken(input: $input) { contact { cid } ${userErrors} }
}`;

/** Takes a push token. */
export const registerDevice = `mutation ($input: RegisterContactDeviceInput!) {
  registerContactDevice(input: $input) { contact { cid } ${userErrors} }
}`;
