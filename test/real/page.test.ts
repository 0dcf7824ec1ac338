import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { startPage } from '../../web/server.ts';
import { rebuilt, spanId, traceId } from '../export/rebuilt.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const absent = existsSync(executablePath)
  ? ''
  : ` (skipped: no Chromium at ${executablePath}; set $CHROMIUM to one)`;
if (absent !== '') process.stderr.write(`page in a browser${absent}\n`);

const QUIET =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';

/** A failed checkout over two services, whose payment says something that is not for a browser to run. */
const CHECKOUT = [
  rebuilt({ trace: 1, span: 1, service: 'petstore', name: 'PUT /basket', long: 50, seqs: [1, 6] }),
  rebuilt({ trace: 1, span: 2, parent: 1, service: 'petstore', name: 'checkout', at: 2, long: 40 }),
  rebuilt({
    trace: 1,
    span: 3,
    parent: 2,
    service: 'payment',
    name: '<b>pay</b>',
    at: 5,
    long: 30,
    seqs: [1, 2],
    status: { code: 2, message: '<img src=x onerror=alert(1)>' },
    attributes: { 'http.route': '/payments' },
    warnings: [{ kind: 'missing-end', message: 'its process ended first' }],
  }),
];

describe.skipIf(absent !== '')(`the page in a browser${absent}`, () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof startPage>>;
  let store: TraceStore;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: QUIET.split(' ') });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    store = new TraceStore(':memory:');
    store.add(CHECKOUT);
    served = await startPage({ store, port: 0, host: '127.0.0.1' });
    page = await browser.newPage({ baseURL: served.url, viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(10_000);
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });
  afterEach(async () => {
    await page.close();
    await served.close();
    store.close();
  });

  const rows = () => page.locator('[role=treeitem]');

  test('lists traces, and new ones appear by themselves until paused', async () => {
    await page.goto('/');
    await page.locator('.trace').waitFor();
    expect(await page.locator('.trace').innerText()).toMatch(/petstore PUT \/basket[\s\S]*1 error/);
    store.add([rebuilt({ trace: 2, span: 1, name: 'GET /new', at: 90 })]);
    await page.getByText('GET /new').waitFor();
    await page.getByRole('button', { name: 'Live' }).click();
    expect(await page.getByRole('button', { name: 'Paused' }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('has its filters in the address', async () => {
    store.add([rebuilt({ trace: 2, span: 1, name: 'GET /other', at: 90 })]);
    await page.goto('/?service=payment');
    await page.locator('.trace').waitFor();
    expect(await page.locator('.trace').count()).toBe(1);
    expect(await page.getByLabel('Service').inputValue()).toBe('payment');
    await page.getByLabel('Service').selectOption('');
    await page.getByText('GET /other').waitFor();
    await page.getByLabel('Text').fill('nothing like it');
    await page.getByText('No trace fits').waitFor();
    expect(new URL(page.url()).search).toBe('?text=nothing+like+it');
  });

  test('goes by keys from the list to a span and back', async () => {
    await page.goto('/');
    await page.locator('.trace').focus();
    await page.keyboard.press('Enter');
    await rows().first().waitFor();
    expect(new URL(page.url()).pathname).toBe(`/trace/${traceId(1)}`);
    await page.locator('[role=tree]').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await page.locator('.span-pane').waitFor();
    expect(new URL(page.url()).searchParams.get('span')).toBe(spanId(3));
    await page.keyboard.press('Escape');
    await page.locator('.span-pane').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('.trace').waitFor();
  });

  test('folds what is below a span', async () => {
    await page.goto(`/trace/${traceId(1)}`);
    await rows().nth(2).waitFor();
    await page.locator('[role=tree]').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await rows().count()).toBe(1);
    expect(await rows().first().getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    expect(await rows().count()).toBe(3);
  });

  test('shows a span with its reasons and the exact lines it was rebuilt from, as text', async () => {
    await page.goto(`/trace/${traceId(1)}?span=${spanId(3)}`);
    const pane = page.locator('.span-pane');
    await pane.waitFor();
    const text = await pane.innerText();
    expect(text).toContain('<b>pay</b>');
    expect(text).toContain('Error: <img src=x onerror=alert(1)>');
    expect(text).toContain('its process ended first');
    expect(await pane.locator('pre').allTextContents()).toEqual(
      CHECKOUT[2]?.entries.map((entry) => entry.text),
    );
    expect(await page.locator('img, b').count()).toBe(0);
    expect(await page.locator('.line.marked').count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  test('goes from a line to its span', async () => {
    await page.goto(`/trace/${traceId(1)}`);
    await page.locator('.line', { hasText: 'line 6 of petstore' }).click();
    await page.locator('.exact.chosen').waitFor();
    expect(await page.locator('.row.marked').getAttribute('id')).toBe(`span-${spanId(1)}`);
    expect(await page.locator('.exact.chosen pre').textContent()).toContain('line 6 of petstore');
  });

  test('is never empty: strange parents, no such trace, a server that is gone', async () => {
    store.add([
      rebuilt({ trace: 2, span: 1, parent: 2, at: 0, long: -5 }),
      rebuilt({ trace: 2, span: 2, parent: 1, at: 1 }),
      rebuilt({ trace: 2, span: 3, parent: 9, at: 2 }),
    ]);
    await page.goto(`/trace/${traceId(2)}`);
    await rows().nth(2).waitFor();
    await page.goto('/trace/123');
    await page.getByText(/no trace 0+123 is held/).waitFor();
    await page.goto('/');
    await page.locator('.trace').first().waitFor();
    await served.close();
    await page.getByText('One Log does not answer').waitFor();
    expect(await page.locator('.trace').count()).toBe(2);
    served = await startPage({ store, port: 0, host: '127.0.0.1' });
  });

  test('draws only the rows in sight of a trace of 12,000 spans', async () => {
    const spans = Array.from({ length: 12_000 }, (_, at) =>
      rebuilt({ trace: 3, span: at, at: at / 10, long: 5, ...(at === 0 ? {} : { parent: 0 }) }),
    );
    store.add(spans);
    await page.goto(`/trace/${traceId(3)}`);
    await rows().first().waitFor();
    expect(await rows().count()).toBeLessThan(100);
    await page.locator('[role=tree]').focus();
    await page.keyboard.press('End');
    await page.locator(`#span-${spanId(11_999)}.active`).waitFor();
    expect(await rows().count()).toBeLessThan(100);
  });

  test.each([390, 1280])('fits a window %i pixels wide', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    for (const path of ['/', `/trace/${traceId(1)}?span=${spanId(3)}`]) {
      await page.goto(path);
      await page.locator('.trace, .row').first().waitFor();
      const wide = await page.locator('html').evaluate((root) => root.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    }
  });
});
