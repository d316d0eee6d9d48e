import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A certificate as OpenSSL finds it: at the beginning of a line, or behind a byte order mark, here read as Latin 1. */
const certificate =
  /(?<=^(?:\xef\xbb\xbf)?)-----BEGIN (?:X509 )?CERTIFICATE-----[^-]*(?:-----END (?:X509 )?CERTIFICATE-----)?/gm;

/**
 * Finds what is wrong with the file of `NODE_EXTRA_CA_CERTS`. Node itself adds its certificates to those that it trusts, and
 * ignores a file that it cannot use: every call to an upstream with such a certificate would fail later.
 *
 * @param path the value of the variable as it is, because Node removes no white space from it
 */
export function findExtraCertificateProblems(path: string | undefined): string[] {
  if (path === undefined || path === '') return [];
  const reason = findFileProblem(path);
  return reason === undefined ? [] : [`NODE_EXTRA_CA_CERTS names a file that ${reason}.`];
}

function findFileProblem(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    return 'cannot be read; Node takes the path as it is, with any white space or quotation marks around it';
  }
  const certificates = text.match(certificate) ?? [];
  if (certificates.length === 0) return 'has no certificate in the format PEM';
  const broken = certificates.findIndex((pem) => !isCertificate(pem));
  return broken === -1
    ? undefined
    : `has no readable certificate as number ${broken + 1} of ${certificates.length}; Node ignores the rest of the file`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
