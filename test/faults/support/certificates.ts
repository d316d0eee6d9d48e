import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Pair = { key: string; cert: string };

/** Certificates of a server on 127.0.0.1: a valid one, and several with one fault each. All are made for the test. */
export type Certificates = { authority: string; good: Pair; expired: Pair; otherHost: Pair; selfSigned: Pair };

const signed = ['-CA', 'authority.crt', '-CAkey', 'authority.key'];
const loopbackAddress = 'subjectAltName=IP:127.0.0.1';

/** The certificates are made with OpenSSL, because Node has no function for that. */
const program = process.env['OPENSSL_PATH'] ?? 'openssl';

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-'));
  const openssl = (...args: string[]) => execFileSync(program, args, { cwd: folder, stdio: 'pipe' });
  function make(name: string, extension: string, days: number, signer: readonly string[]): Pair {
    const [key, cert] = [`${name}.key`, `${name}.crt`];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
    openssl('req', ...curve, '-keyout', key, '-subj', `/CN=${name}`, '-out', 'request');
    writeFileSync(join(folder, 'extension'), extension);
    const signerArguments = signer.length === 0 ? ['-signkey', key] : signer;
    openssl(
      'x509',
      '-req',
      '-in',
      'request',
      '-out',
      cert,
      '-days',
      String(days),
      '-extfile',
      'extension',
      ...signerArguments,
    );
    return { key: read(key), cert: read(cert) };
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  try {
    const authority = make('authority', 'basicConstraints=CA:TRUE', 1, []).cert;
    return {
      authority,
      good: make('good', loopbackAddress, 1, signed),
      expired: make('expired', loopbackAddress, -1, signed),
      otherHost: make('other', 'subjectAltName=DNS:other.example', 1, signed),
      selfSigned: make('self', loopbackAddress, 1, []),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
