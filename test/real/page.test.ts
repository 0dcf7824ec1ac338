import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import type { SystemEvent } from '../../osquery/events/system-event.ts';
import { startPage } from '../../web/server.ts';
import { micros, rebuilt, spanId, traceId } from '../export/rebuilt.ts';

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
  const events: SystemEvent[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: QUIET.split(' ') });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    store = new TraceStore(':memory:');
    store.add(CHECKOUT);
    events.length = 0;
    const source = { between: () => events, dropped: 0 };
    served = await startPage({ store, port: 0, host: '127.0.0.1', events: source });
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
    await page.locator('.side-pane').waitFor();
    expect(new URL(page.url()).searchParams.get('span')).toBe(spanId(3));
    await page.keyboard.press('Escape');
    await page.locator('.side-pane').waitFor({ state: 'detached' });
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
    const pane = page.locator('.side-pane');
    await pane.locator('pre').nth(1).waitFor();
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
    await page.locator('.line-text', { hasText: 'line 6 of petstore' }).click();
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
    await page.goto(`/trace/${traceId(2).slice(0, -1)}`);
    await page.getByText(/no trace 0f0+ is held/).waitFor();
    await page.getByRole('link', { name: traceId(2) }).click();
    await rows().nth(2).waitFor();
    await page.goto('/');
    await page.locator('.trace').first().waitFor();
    await served.close();
    await page.getByText('One Log does not answer').waitFor();
    expect(await page.locator('.trace').count()).toBe(2);
    served = await startPage({ store, port: 0, host: '127.0.0.1' });
  });

  test('narrows the list to an area drawn in the diagram, and opens a mark by keys', async () => {
    store.add(
      Array.from({ length: 9 }, (_, at) =>
        rebuilt({ trace: 10 + at, span: 1, name: `GET /${at}`, at: 1000 * at, long: 10 * at }),
      ),
    );
    await page.goto('/?scale=log');
    await page.locator('.point').first().waitFor();
    const nowhere = { x: 0, y: 0, width: 0, height: 0 };
    const box = (await page.locator('.catcher').boundingBox()) ?? nowhere;
    // All of the left half.
    await page.mouse.move(box.x + 5, box.y + box.height - 5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 1, { steps: 4 });
    await page.mouse.up();
    await page.getByText('GET /8').waitFor({ state: 'detached' });
    const { searchParams } = new URL(page.url());
    expect(['from', 'to', 'maxDuration'].filter((name) => !searchParams.has(name))).toEqual([]);
    expect(await page.locator('.trace').count()).toBeLessThan(8);
    await page.locator('.filters select').last().selectOption('');
    await page.getByLabel('At most, ms').fill('');
    await page.getByText('GET /8').waitFor();
    await page.locator('.scatter-box').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.locator('.scatter-text', { hasText: 'GET /7' }).waitFor();
    await page.keyboard.press('Enter');
    await rows().first().waitFor();
    expect(new URL(page.url()).pathname).toBe(`/trace/${traceId(17)}`);
    expect(complaints).toEqual([]);
  });

  test('finds a trace by the text of a log line, and walks the list by j and k', async () => {
    store.add([rebuilt({ trace: 2, span: 1, name: 'GET /other', at: 90, seqs: [77] })]);
    await page.goto('/?text=LINE%2077%20of');
    await page.getByText('GET /other').waitFor();
    expect(await page.locator('.trace').count()).toBe(1);
    await page.goto('/');
    await page.locator('.trace').nth(1).waitFor();
    for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    await rows().first().waitFor();
    expect(new URL(page.url()).pathname).toBe(`/trace/${traceId(2)}`);
  });

  test('shows what the system did meanwhile, above the spans and on their axis', async () => {
    store.add([
      rebuilt({
        trace: 1,
        span: 4,
        parent: 1,
        service: 'system',
        name: 'circuit broken',
        at: 6,
        attributes: { 'one_log.incident.id': 'vm/1#2' },
      }),
    ]);
    events.push({
      id: 'vmstat@lab/1#5',
      source: 'vmstat',
      kind: 'memory.pressure',
      startTimeUnixNano: BigInt(micros(25)) * 1000n,
      endTimeUnixNano: BigInt(micros(900)) * 1000n,
      about: { host: 'lab' },
      summary: 'memory ran <b>short</b>',
      magnitude: 7,
      lines: [{ instance: 'vmstat@lab/1', seq: 5 }],
    });
    await page.goto(`/trace/${traceId(1)}`);
    const happening = page.locator('.happening');
    await happening.nth(1).waitFor();
    expect(await happening.count()).toBe(2);
    const event = page.getByRole('button', { name: /memory\.pressure/ });
    const { width = 0 } = (await page.locator('.system-lane .lane').boundingBox()) ?? {};
    expect((await event.boundingBox())?.width).toBeCloseTo(width / 2, -1);
    await event.click();
    const pane = page.locator('.side-pane');
    await pane.getByText('memory ran <b>short</b>').waitFor();
    expect(await pane.getByRole('link').getAttribute('href')).toBe(
      '/logs?instance=vmstat%40lab%2F1&seq=5',
    );
    await page.getByRole('button', { name: /circuit broken/ }).click();
    await pane.locator('h2', { hasText: 'circuit broken' }).waitFor();
    const incident = pane.getByRole('link', { name: /The incident/ });
    expect(await incident.getAttribute('href')).toBe('/incidents/vm%2F1%232');
    expect(complaints).toEqual([]);
  });

  test('highlights the critical path until c hides it, and says so in the address', async () => {
    await page.goto(`/trace/${traceId(1)}`);
    await page.locator('.critical').first().waitFor();
    expect(await page.locator('.row .critical').count()).toBe(5);
    await page.keyboard.press('c');
    await page.locator('.critical').first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('critical')).toBe('off');
  });

  test('draws a flame graph, walked by keys', async () => {
    await page.goto(`/trace/${traceId(1)}`);
    await rows().first().waitFor();
    await page.keyboard.press('f');
    const canvas = page.locator('.flame canvas');
    await canvas.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter']) {
      await page.keyboard.press(key);
    }
    await page.locator('.flame-text', { hasText: '<b>pay</b> 30 ms' }).waitFor();
    expect(new URL(page.url()).searchParams.get('tab')).toBe('flame');
    await page.getByRole('button', { name: 'whole trace' }).click();
    await canvas.click({ position: { x: 5, y: 30 } });
    await page.locator('.flame-text', { hasText: 'checkout 40 ms' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('compares two traces that were chosen from the list', async () => {
    store.add([
      rebuilt({ trace: 2, span: 1, service: 'petstore', name: 'PUT /basket', at: 90, long: 20 }),
    ]);
    await page.goto(`/trace/${traceId(1)}`);
    await page.getByRole('link', { name: /Compare with/ }).click();
    await page.locator('.trace', { hasText: '20 ms' }).click();
    await page.getByText('B takes 30 ms less than A').waitFor();
    const { searchParams } = new URL(page.url());
    expect([searchParams.get('a'), searchParams.get('b')]).toEqual([traceId(1), traceId(2)]);
    const path = page.locator('.compare-row', { hasText: 'PUT /basket' });
    expect(await path.innerText()).toMatch(/10 ms[^]*20 ms[^]*\+10 ms/);
    await page.keyboard.press('s');
    await page.getByText('B takes 30 ms longer than A').waitFor();
    expect(complaints).toEqual([]);
  });

  test('opens the span of a line that the address names, and leads from lines to the log', async () => {
    const [line] = CHECKOUT[2]?.entries ?? [];
    const key = `${line?.instance}#${line?.seq}`;
    await page.goto(`/trace/${traceId(1)}?line=${encodeURIComponent(key)}`);
    await page.locator('.exact.chosen').waitFor();
    expect(await page.locator('.exact.chosen pre').textContent()).toBe(line?.text);
    const href = await page.locator('.line.chosen .to-log').getAttribute('href');
    expect(new URL(href ?? '', served.url).searchParams.get('instance')).toBe(line?.instance);
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

  // With $ONELOG_SCREENSHOTS, a folder, the pictures are kept there.
  test.each(['light', 'dark'] as const)(
    'draws every view in %s without complaint',
    async (scheme) => {
      const folder = process.env['ONELOG_SCREENSHOTS'];
      await page.emulateMedia({ colorScheme: scheme });
      const views = {
        find: '/?scale=log',
        trace: `/trace/${traceId(1)}?span=${spanId(2)}`,
        flame: `/trace/${traceId(1)}?tab=flame`,
        compare: `/compare?a=${traceId(1)}&b=${traceId(1)}`,
      };
      for (const [name, path] of Object.entries(views)) {
        await page.goto(path);
        await page.locator('.point, .exact, .flame canvas, .compare-row').first().waitFor();
        const picture = await page.screenshot();
        if (folder !== undefined)
          writeFileSync(join(folder, `page-${name}-${scheme}.png`), picture);
      }
      const back = await page
        .locator('html')
        .evaluate((root) => root.ownerDocument.defaultView?.getComputedStyle(root).backgroundColor);
      expect(back).toBe(scheme === 'dark' ? 'rgb(16, 19, 25)' : 'rgb(246, 247, 249)');
      expect(complaints).toEqual([]);
    },
  );

  test.each([390, 1280])('fits a window %i pixels wide', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    for (const path of [
      '/',
      `/trace/${traceId(1)}?span=${spanId(3)}`,
      `/trace/${traceId(1)}?tab=flame`,
      `/compare?a=${traceId(1)}&b=${traceId(1)}`,
    ]) {
      await page.goto(path);
      await page.locator('.trace, .row, .flame canvas, .compare-row').first().waitFor();
      const wide = await page.locator('html').evaluate((root) => root.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    }
  });
});
