/** The HTTP statuses of the answers, by what they mean for a call. */
export const expectedStatus = {
  success: [200, 201], // [doc]
  loginRefused: [401], // [doc]
  tokenRefused: [401, 403], // [sdk]
  absent: [404], // [doc]
  invalid: [409], // [doc]
  gone: [410], // [doc]
  scrollEnded: [404, 409, 410], // [assumed]
} as const;
