import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ensureCertificates, type Certificates } from '../../osquery/certificates.ts';
import { temporaryFolder } from '../onelog.ts';

const NAMES = ['localhost', '127.0.0.1', '::1', 'lab-1.example'];
const NOW_MS = Date.parse('2026-11-23T09:00:00Z');
const DAY_MS = 86_400_000;

describe('certificates', () => {
  let folder: string;
  let first: Certificates;
  beforeEach(async () => {
    folder = temporaryFolder();
    first = await ensureCertificates(folder, NAMES, NOW_MS);
  });

  test('are for all names and addresses, by an authority that they are not', () => {
    const own = new X509Certificate(first.cert);
    const authority = new X509Certificate(first.ca);
    expect(own.verify(authority.publicKey)).toBe(true);
    expect([own.ca, authority.ca]).toEqual([false, true]);
    expect(own.publicKey.asymmetricKeyType).toBe('ec');
    expect([own.checkHost('localhost'), own.checkHost('lab-1.example')]).toEqual([
      'localhost',
      'lab-1.example',
    ]);
    expect([own.checkIP('127.0.0.1'), own.checkIP('::1')]).toEqual(['127.0.0.1', '::1']);
    expect([own.checkHost('other'), own.checkIP('127.0.0.2')]).toEqual([undefined, undefined]);
    expect(own.validFromDate.getTime()).toBeLessThan(NOW_MS);
  });

  test('have a key for its owner alone, and no key of the authority anywhere', () => {
    expect(statSync(join(folder, 'server.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(first.caFile, 'utf8')).toBe(first.ca);
    expect(readFileSync(first.caFile, 'utf8')).not.toContain('PRIVATE');
  });

  test('stay while they are good, also for fewer names', async () => {
    expect(await ensureCertificates(folder, NAMES, NOW_MS + 300 * DAY_MS)).toEqual(first);
    expect(await ensureCertificates(folder, ['localhost'], NOW_MS)).toEqual(first);
  });

  test.each<[string, (folder: string) => void, readonly string[], number]>([
    ['they end soon', () => {}, NAMES, NOW_MS + 380 * DAY_MS],
    ['they are not yet good', () => {}, NAMES, NOW_MS - 10 * DAY_MS],
    ['there is another name', () => {}, [...NAMES, 'new-name'], NOW_MS],
    ['there is another address', () => {}, [...NAMES, '192.0.2.1'], NOW_MS],
    ['the key is gone', (at) => rmSync(join(at, 'server.key')), NAMES, NOW_MS],
    ['one is damaged', (at) => writeFileSync(join(at, 'ca.pem'), 'damaged'), NAMES, NOW_MS],
  ])('are made anew when %s', async (_, change, names, nowMs) => {
    change(folder);
    const next = await ensureCertificates(folder, names, nowMs);
    expect(next.cert).not.toBe(first.cert);
    expect(new X509Certificate(next.cert).verify(new X509Certificate(next.ca).publicKey)).toBe(
      true,
    );
    expect(await ensureCertificates(folder, names, nowMs)).toEqual(next);
  });
});
