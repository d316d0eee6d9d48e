/** The document that specifies each scalar, for `@specifiedBy`. Where it permits more than the description, the description holds. */
export const scalarSpecifications = {
  DateTime: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  LocalDateTime: 'https://scalars.graphql.org/chillicream/local-date-time.html',
  Date: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  EmailAddress: 'https://www.rfc-editor.org/rfc/rfc6531#section-3.3',
  PhoneNumber: 'https://www.itu.int/rec/T-REC-E.164',
  CountryCode: 'https://www.iso.org/iso-3166-country-codes.html',
  LanguageCode: 'https://www.iso.org/iso-639-language-code',
  Password: 'https://www.rfc-editor.org/rfc/rfc8265#section-4',
  ByteCount: 'https://www.rfc-editor.org/rfc/rfc7493#section-2.2',
  JSONObject: 'https://www.rfc-editor.org/rfc/rfc8259#section-4',
} as const;
