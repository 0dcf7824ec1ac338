import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { execa, execaSync } from 'execa';
import { chromium } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callTree } from '../../spans/flame/call-tree.ts';
import { pprofProfile } from '../../spans/flame/formats/pprof.ts';
import { flameSvg } from '../../spans/flame/formats/svg.ts';
import { temporaryFolder } from '../onelog.ts';
import { shapedTrace } from '../spans/flame/shaped-trace.ts';

const TREE = callTree([
  shapedTrace([
    ['shop:PUT /basket', undefined, 0, 100],
    ['shop:checkout', 'shop:PUT /basket', 0, 60],
    ['bank:charge', 'shop:checkout', 10, 50],
    ['shop:<b>tidy</b>', 'shop:PUT /basket', 70, 72],
  ]),
]);

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const noBrowser = existsSync(executablePath)
  ? ''
  : ` (skipped: no Chromium at ${executablePath}; set $CHROMIUM to one)`;
if (noBrowser !== '') process.stderr.write(`flame graph in a browser${noBrowser}\n`);

async function openSvg(javaScriptEnabled: boolean) {
  const file = join(temporaryFolder(), 'flame.svg');
  writeFileSync(file, flameSvg(TREE, { title: 'a flame graph', notes: ['a note'] }));
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({
    javaScriptEnabled,
    viewport: { width: 1000, height: 400 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  const frame = (name: string) =>
    page.locator('.f', { has: page.getByText(name, { exact: true }) });
  return { page, frame, complaints, status: page.locator('.status') };
}

describe.skipIf(noBrowser !== '')(`a flame graph in a browser${noBrowser}`, () => {
  test('zooms by click and key, and goes back', async () => {
    const { page, frame, complaints } = await openSvg(true);
    const widthOf = async (name: string): Promise<number> =>
      (await frame(name).boundingBox())?.width ?? 0;
    expect(await widthOf('shop: checkout')).toBeCloseTo(600, -1);
    await frame('shop: checkout').click();
    expect(await widthOf('shop: checkout')).toBeCloseTo(1000, -1);
    expect(await widthOf('bank: charge')).toBeCloseTo(667, -1);
    expect(await page.locator('.f.away').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await widthOf('shop: checkout')).toBeCloseTo(600, -1);
    await page.locator('.f').first().focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    expect(await widthOf('shop: <b>tidy</b>')).toBeCloseTo(1000, -1);
    expect(complaints).toEqual([]);
  });

  test('finds frames, and counts what is within others once', async () => {
    const { page, status } = await openSvg(true);
    await page.keyboard.press('/');
    await page.keyboard.type('CH');
    expect(await status.textContent()).toBe('2 frames found, 60.0 % of all');
    expect(await page.locator('.f.hit').count()).toBe(2);
    await page.keyboard.press('Escape');
    expect(await page.locator('.f.hit').count()).toBe(0);
  });

  test('is a picture without scripts', async () => {
    const { page, complaints } = await openSvg(false);
    expect(await page.locator('.f text', { hasText: 'bank: charge' }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
});

const GO = 'go';
const noGo = execaSync(GO, ['version'], { reject: false }).failed
  ? ' (skipped: no go command)'
  : '';
if (noGo !== '') process.stderr.write(`go tool pprof${noGo}\n`);

test.skipIf(noGo !== '')(`go tool pprof opens a profile${noGo}`, async () => {
  const file = join(temporaryFolder(), 'flame.pb.gz');
  writeFileSync(file, gzipSync(pprofProfile(TREE, 1_795_363_200_000_000_000n)));
  const { stdout } = await execa(GO, ['tool', 'pprof', '-top', file]);
  expect(stdout).toContain('Total samples = 100ms');
  expect(stdout).toMatch(/40ms 40\.00% .* bank: charge\n/);
});
