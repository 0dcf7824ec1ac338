import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Firehose } from '../../../log/firehose.ts';
import { openSources, type SourceOptions } from '../../../runner/sources/open-sources.ts';
import { nodeNamer } from '../../../runner/sources/node-namer.ts';
import { whatToRun, type WhatToRunOptions } from '../../../runner/what-to-run.ts';
import { temporaryFolder } from '../../onelog.ts';

const SOURCES: SourceOptions = { label: [], from: 'start', sample: Infinity, maxLine: 1_000 };

function open(options: Partial<SourceOptions>) {
  const hose = new Firehose(Date.now, () => {});
  return openSources({ ...SOURCES, ...options }, hose, hose.source('driver', 'driver@lab/1.1'));
}

describe("others' logs", () => {
  test('are refused with a sentence where they are no logs', async () => {
    const folder = temporaryFolder();
    const binary = join(folder, 'core');
    writeFileSync(binary, Buffer.from([1, 2, 0, 3]));
    await expect(open({ tail: [binary] })).rejects.toThrow(
      `${binary} is a binary file; expected a log`,
    );
    await expect(open({ tail: [folder] })).rejects.toThrow(`cannot read ${folder}: it is a folder`);
    await expect(open({ tail: ['a.log', 'a.log'] })).rejects.toThrow('a.log is named twice');
  });

  test('of containers are chosen only where containers are read', async () => {
    await expect(open({ label: ['a=b'] })).rejects.toThrow('they go with --docker');
    await expect(open({ compose: 'shop' })).rejects.toThrow('they go with --docker');
  });

  test('become nodes with names of their own', () => {
    const nameOf = nodeNamer();
    expect([
      nameOf('app', 'api-app'),
      nameOf('app', 'web-app'),
      nameOf('app', 'web-app'),
      nameOf('driver'),
      nameOf('my file (1)'),
      nameOf('...'),
    ]).toEqual(['app', 'web-app', 'app-2', 'driver-2', 'my-file-1-', 'node']);
  });
});

describe('what is run', () => {
  const LAB: WhatToRunOptions = { ...SOURCES, traffic: 2, folder: '.onelog' };
  const names = (command: string[], options: Partial<WhatToRunOptions> = {}): string[] =>
    whatToRun(command, { ...LAB, ...options }).nodes.map(({ name }) => name);

  test('is the lab, one command, or nothing where others are read', () => {
    expect(names([])).toEqual(['payment', 'petstore', 'shoppers']);
    expect(names(['/usr/bin/web.sh', '-x'])).toEqual(['web']);
    expect(names([], { tail: ['app.log'] })).toEqual([]);
    expect(names([], { docker: true })).toEqual([]);
    expect(names(['./driver'], { docker: true })).toEqual(['driver-2']);
  });

  test('is not a command and a config file', () => {
    expect(() => names(['ls'], { config: 'lab.yaml' })).toThrow(
      'expected either -c lab.yaml or a command (ls), not both',
    );
  });
});
