import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';

/** What a TLS server needs, and what its clients do. */
export interface Certificates {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
  /** The file with `ca`, for `--tls_server_certs`. */
  readonly caFile: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 397;
/** Made anew when less is left. */
const LEAST_DAYS = 30;
/** A client's clock may be behind. */
const EARLIER_DAYS = 1;

/**
 * The server's certificate (EC P-256) for these names and addresses, and the
 * authority that vouches for it: those in the folder while they are good, else
 * new ones. The authority's key is forgotten once it has signed, so that nobody
 * can sign with it; a new certificate has a new authority. Key files have mode
 * 0600.
 */
export async function ensureCertificates(
  folder: string,
  names: readonly string[],
  nowMs: number = Date.now(),
): Promise<Certificates> {
  const caFile = join(folder, 'ca.pem');
  const files = { ca: caFile, cert: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  const found = readCertificates(files);
  if (found !== undefined && isGood(found, names, nowMs)) return { ...found, caFile };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = await makeCertificates(names, nowMs);
  writeWhole(files.key, made.key, 0o600);
  writeWhole(files.cert, made.cert, 0o644);
  writeWhole(files.ca, made.ca, 0o644);
  return { ...made, caFile };
}

type Pems = Pick<Certificates, 'key' | 'cert' | 'ca'>;

function readCertificates(files: Pems): Pems | undefined {
  try {
    const [key, cert, ca] = [files.key, files.cert, files.ca].map((file) =>
      readFileSync(file, 'utf8'),
    );
    chmodSync(files.key, 0o600);
    return key === undefined || cert === undefined || ca === undefined
      ? undefined
      : { key, cert, ca };
  } catch {
    return undefined; // none yet
  }
}

/** Whether the three belong together, say these names, and will do so for a while. */
function isGood({ key, cert, ca }: Pems, names: readonly string[], nowMs: number): boolean {
  try {
    createSecureContext({ key, cert });
    const [own, authority] = [new X509Certificate(cert), new X509Certificate(ca)];
    return (
      own.verify(authority.publicKey) &&
      [own, authority].every(
        ({ validFromDate, validToDate }) =>
          validFromDate.getTime() <= nowMs && validToDate.getTime() >= nowMs + LEAST_DAYS * DAY_MS,
      ) &&
      names.every((name) => (isIP(name) === 0 ? own.checkHost(name) : own.checkIP(name)))
    );
  } catch {
    return false; // not PEM, or not each other's
  }
}

async function makeCertificates(names: readonly string[], nowMs: number): Promise<Pems> {
  // A tenth of a second to load, and needed once a year.
  const { generate } = await import('selfsigned');
  const common = {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - EARLIER_DAYS * DAY_MS),
    notAfterDate: new Date(nowMs + VALID_DAYS * DAY_MS),
  } as const;
  const authority = await generate([{ name: 'commonName', value: 'One Log osquery CA' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const own = await generate([{ name: 'commonName', value: 'One Log osquery server' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) =>
          isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name },
        ),
      },
    ],
  });
  const pem = (text: string): string => `${text.trim()}\n`;
  return { key: pem(own.private), cert: pem(own.cert), ca: pem(authority.cert) };
}

/** In one step: a reader finds the old file or the new one. */
function writeWhole(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.next`, text, { mode });
  renameSync(`${path}.next`, path);
}
