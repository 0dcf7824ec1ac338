import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { chromium, type Browser, type Page } from 'playwright-core';
import { TraceStore } from '../export/trace-store.ts';
import { otlpSender } from '../export/otlp.ts';
import { startPage } from '../web/server.ts';
import { largeTrace } from './large-trace.ts';
import { median, report, thousands } from './measure.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SPANS = 40_000;
const RUNS = 3;
/** Its scripts are run in the page, which allows none but its own. */
const WINDOW = { viewport: { width: 1280, height: 850 }, bypassCSP: true };
const WHEEL_TURNS = 120;
const WHEEL_PIXELS = 900;

/** The page in real Chromium: its size, from load to the first waterfall, and how it scrolls, with a trace of 40,000 spans. */
export async function bench(): Promise<void> {
  const dist = mkdtempSync(join(tmpdir(), 'one-log-bench-page-'));
  const store = new TraceStore(':memory:', { maxBytes: 2 ** 30 });
  try {
    await execa({
      cwd: ROOT,
    })`${process.execPath} node_modules/vite/bin/vite.js build --logLevel=warn --outDir ${dist} web/page`;
    report('page, compressed', `${(packedBytes(dist) / 1024).toFixed(1)} KiB`, 'aim 60 KiB');
    if (!existsSync(CHROMIUM)) {
      report('page in a browser', 'skipped', `no Chromium at ${CHROMIUM}; set $CHROMIUM to one`);
      return;
    }
    const [small, large] = [largeTrace('1', 6), largeTrace('2', SPANS)];
    store.add([...small.spans, ...large.spans]);
    const served = await startPage({ store, port: 0, host: '127.0.0.1', dist });
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
      await benchTraces(browser, served.url, small.traceId, large.traceId);
      await benchJaeger(browser, large);
    } finally {
      await browser.close();
      await served.close();
    }
  } finally {
    store.close();
    rmSync(dist, { recursive: true });
  }
}

async function benchTraces(
  browser: Browser,
  url: string,
  small: string,
  large: string,
): Promise<void> {
  const first = await repeated(() => millisToWaterfall(browser, `${url}/trace/${small}`));
  report('load to first waterfall, 6 spans', `${first.toFixed(0)} ms`);
  const all = await repeated(() => millisToWaterfall(browser, `${url}/trace/${large}`));
  report(`load to first waterfall, ${thousands(SPANS)} spans`, `${all.toFixed(0)} ms`);
  const page = await browser.newPage(WINDOW);
  await page.goto(`${url}/trace/${large}`);
  for (const list of ['.spans', '.lines']) {
    await page.locator(`${list} :is(.row, .line-text)`).first().waitFor();
    const frames = (await framesWhileScrolling(page, list)).toSorted((a, b) => a - b);
    const beside = `p95 ${at(frames, 0.95)}, worst ${at(frames, 1)}; at 60 a second 16.7 ms`;
    report(`a frame while ${list.slice(1)} scroll`, at(frames, 0.5), beside);
  }
  await page.close();
}

/** The same trace in Jaeger's own UI, where one runs: `ONELOG_JAEGER_UI=http://127.0.0.1:16686`, which takes OTLP at 4318. */
async function benchJaeger(
  browser: Browser,
  { traceId, spans }: ReturnType<typeof largeTrace>,
): Promise<void> {
  const ui = process.env['ONELOG_JAEGER_UI'];
  const what = `Jaeger's UI, load to first rows, ${thousands(SPANS)} spans`;
  if (ui === undefined) {
    report(what, 'skipped', 'set ONELOG_JAEGER_UI to the URL of a Jaeger with its UI');
    return;
  }
  const sender = otlpSender(process.env['ONELOG_JAEGER_OTLP'] ?? 'http://127.0.0.1:4318');
  for (let at = 0; at < spans.length; at += 500) {
    await sender.send(spans.slice(at, at + 500).map(({ span }) => span));
  }
  await sender.close();
  const millis = await repeated(() => millisToRow(browser, `${ui}/trace/${traceId}`, '.span-row'));
  report(what, `${millis.toFixed(0)} ms`);
}

/** What a browser fetches of it, each file compressed by itself. */
function packedBytes(dist: string): number {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:html|js|css)$/.test(name))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, name))).byteLength, 0);
}

async function repeated(work: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run++) values.push(await work());
  return median(values);
}

/** From the start of the navigation until the frame with the first row is drawn, nothing cached. */
const millisToWaterfall = (browser: Browser, address: string): Promise<number> =>
  millisToRow(browser, address, '[role=treeitem]');

async function millisToRow(browser: Browser, address: string, row: string): Promise<number> {
  const page = await browser.newPage(WINDOW);
  await page.addInitScript(markWaterfall(row));
  await page.goto(address);
  await page.waitForFunction(WATERFALL_MILLIS);
  const millis = await page.evaluate<number>(WATERFALL_MILLIS);
  await page.close();
  return millis;
}

/** Milliseconds between frames while a wheel turns over the list. */
async function framesWhileScrolling(page: Page, list: string): Promise<number[]> {
  await page.locator(list).hover();
  const frames = page.evaluate<number[]>(FRAME_TIMES);
  for (let turn = 0; turn < WHEEL_TURNS; turn++) await page.mouse.wheel(0, WHEEL_PIXELS);
  const times = await frames;
  const top = await page.locator(list).evaluate((box) => box.scrollTop);
  if (!(top > WHEEL_PIXELS)) throw new Error(`${list} did not scroll: it is at ${top} px`);
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

// Scripts for the browser are text: here there is no document.

/** Marks the moment when the first row is drawn. */
const markWaterfall = (row: string): string => `
  const look = () => {
    if (document.querySelector('${row}') === null) requestAnimationFrame(look);
    else performance.mark('waterfall');
  };
  requestAnimationFrame(look);`;
const WATERFALL_MILLIS = "performance.getEntriesByName('waterfall')[0]?.startTime";

/** The moments of the frames of the next 2.5 s. */
const FRAME_TIMES = `new Promise((resolve) => {
  const times = [];
  const next = (now) => {
    times.push(now);
    if (now - times[0] < 2500) requestAnimationFrame(next);
    else resolve(times);
  };
  requestAnimationFrame(next);
})`;

const at = (sorted: readonly number[], share: number): string =>
  `${(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN).toFixed(1)} ms`;
