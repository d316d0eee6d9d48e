/**
 * Texts with a format: the only place that decides which of them are valid, for the upstream's values and for input, so that
 * a client can send back every value that it has received. What the upstream spells differently is converted when it is
 * decoded.
 */

/** The maximum length of an e-mail address: a path of SMTP has at most 256 octets, of which two are brackets. */
const maxEmailLength = 254;

/**
 * Parses an e-mail address as in RFC 6531, which permits characters beyond ASCII on both sides of the `@`. Quoted local parts
 * with spaces are not supported. Whether the domain exists is the upstream's concern.
 */
export function parseEmailAddress(text: string): string | undefined {
  return text.length <= maxEmailLength && /^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u.test(text) ? text : undefined;
}

/** Parses a phone number in E.164. */
export function parsePhoneNumber(text: string): string | undefined {
  return /^\+[1-9]\d{5,14}$/.test(text) ? text : undefined;
}

/** Parses a language as two letters, in lower case. */
export function parseLanguageCode(text: string): string | undefined {
  return /^[a-z]{2}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** Parses a country of ISO 3166-1 alpha-2, in upper case. */
export function parseCountryCode(text: string): string | undefined {
  const code = /^[a-z]{2}$/i.test(text) ? text.toUpperCase() : '';
  return countryCodes.has(code) ? code : undefined;
}

/** The codes that ISO 3166-1 assigns, and `XK` for Kosovo, which the European Union and telephone companies use. */
const countryCodes: ReadonlySet<string> = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD
  CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG
  GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR
  KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF
  NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM
  SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK
  YE YT ZA ZM ZW`.split(/\s+/),
);
