import { readFileSync, readdirSync } from 'node:fs';
import { join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * What each folder may import of ours: the table in ARCHITECTURE.md. `test` and
 * `bench` may import everything and nothing imports them.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  stream: [],
  log: ['stream'],
  rules: ['log', 'stream'],
  spans: ['rules', 'log', 'stream'],
  osquery: ['log', 'stream'],
  incident: ['spans', 'osquery', 'log', 'stream'],
  inference: ['spans', 'rules', 'log', 'stream'],
  export: ['spans', 'log', 'stream'],
  driver: ['stream'],
  web: ['stream', 'log', 'rules', 'spans', 'osquery', 'incident', 'inference', 'export', 'driver'],
  instrumentation: ['log'],
  services: ['instrumentation', 'log'],
  runner: [
    'stream',
    'log',
    'rules',
    'spans',
    'osquery',
    'incident',
    'inference',
    'export',
    'driver',
    'web',
  ],
};

/** Files of `log` that the services and their instrumentation may share: the wire format alone. */
const WIRE_FORMAT = new Set(['log/wire.ts', 'log/entry.ts']);

/** Folders whose answer depends on their arguments alone. */
const PURE = ['stream', 'rules', 'spans', 'osquery/events', 'incident', 'inference', 'driver'];

/** Modules that reach outside the process, and the clocks and dice. */
const IMPURE_IMPORT =
  /from '(?:node:)?(?:fs|fs\/promises|net|http|https|http2|tls|dgram|dns|child_process|worker_threads|cluster|os|process|timers|timers\/promises|perf_hooks|readline|sqlite)'/;
const IMPURE_CALL =
  /\b(?:Date\.now|new Date\(\)|performance\.now|performance\.timeOrigin|process\.|setTimeout|setInterval|setImmediate|fetch|Math\.random|console\.)/;

const files = Object.keys(MAY_IMPORT)
  .flatMap((folder) => sourcesBelow(folder))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

function sourcesBelow(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('dist'))
      .map((name) => join(folder, name));
  } catch {
    return []; // a later issue makes this folder
  }
}

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import\(|import)\s*['"](\.{1,2}\/[^'"]+)['"]/g)].map((match) =>
    relative(root, normalize(join(root, file, '..', match[1] ?? ''))),
  );
}

const folderOf = (file: string): string => file.split('/')[0] ?? '';

/** Comments and names (`'process.exit'` is a kind of event) talk about clocks too; only code counts. */
const codeOnly = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/[^\n]*/g, '$1')
    .replaceAll(/'[\w.-]*'/g, "''");

describe('the source tree', () => {
  test('has files to look at', () => {
    expect(files.length).toBeGreaterThan(3);
  });

  test.each(files)('$file imports only what its folder may', ({ file, text }) => {
    const folder = folderOf(file);
    const wrong = importsOf(file, text).filter((target) => {
      const to = folderOf(target);
      if (to === folder) return false;
      if (!(MAY_IMPORT[folder] ?? []).includes(to)) return true;
      const sharesWireOnly = folder === 'services' || folder === 'instrumentation';
      return sharesWireOnly && to === 'log' && !WIRE_FORMAT.has(target);
    });
    expect(wrong).toEqual([]);
  });

  test.each(files.filter(({ file }) => PURE.some((folder) => file.startsWith(`${folder}/`))))(
    '$file does no IO and reads no clock',
    ({ text }) => {
      expect(text.match(IMPURE_IMPORT)?.[0]).toBeUndefined();
      expect(codeOnly(text).match(IMPURE_CALL)?.[0]).toBeUndefined();
    },
  );

  test('has no unused file, export or dependency', async () => {
    const knip = await execa({ preferLocal: true, localDir: root, cwd: root, reject: false })`knip`;
    expect(knip.stdout + knip.stderr).toBe('');
  });

  test('has no file that everyone edits', () => {
    expect(
      files
        .map(({ file }) => file)
        .filter((file) => /\b(?:types|utils|helpers|common)\.tsx?$/.test(file)),
    ).toEqual([]);
  });
});
