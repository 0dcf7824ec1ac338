import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { startPage } from '../../web/server.ts';
import { rebuilt, spanId, traceId } from '../export/rebuilt.ts';
import { logOf } from '../web/held-log.ts';
import { incidentReport, systemEvent } from '../web/incident-report.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const absent = existsSync(executablePath)
  ? ''
  : ` (skipped: no Chromium at ${executablePath}; set $CHROMIUM to one)`;
if (absent !== '') process.stderr.write(`views of the page in a browser${absent}\n`);

const QUIET =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';
const NOW = Math.floor(Date.now() / 1000) - 60;
const LINES = 20_000;

/** Lines of PetStore and Payment, of which some are of the trace. */
function line(at: number): string {
  const node = at % 3 === 0 ? 'payment' : 'petstore';
  const seq = node === 'payment' ? at / 3 : at - Math.ceil(at / 3);
  const log = {
    level: at % 500 === 0 ? 50 : 30,
    msg: `line ${at} <img src=x onerror=alert(1)>`,
    ...(at % 100 === 0 && { trace_id: traceId(1), span_id: spanId(3) }),
  };
  return `{"ts":${(NOW + at / 1000).toFixed(6)},"node":"${node}","instance":"${node}@lab/1.1","stream":"stdout","seq":${seq},"log":${JSON.stringify(log)}}`;
}

describe.skipIf(absent !== '')(`the views of the page in a browser${absent}`, () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof startPage>>;
  let store: TraceStore;
  let lines: string[];
  let page: Page;
  let complaints: string[];
  const dist = mkdtempSync(join(tmpdir(), 'one-log-views-'));

  beforeAll(async () => {
    await build({
      root: 'web/page',
      logLevel: 'error',
      build: { outDir: dist, emptyOutDir: true },
    });
    browser = await chromium.launch({ executablePath, args: QUIET.split(' ') });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    rmSync(dist, { recursive: true });
  });

  beforeEach(async () => {
    store = new TraceStore(':memory:');
    store.add([
      rebuilt({ trace: 1, span: 1, service: 'petstore', name: 'PUT /basket', kind: 2, long: 50 }),
      rebuilt({
        trace: 1,
        span: 2,
        parent: 1,
        service: 'petstore',
        kind: 3,
        long: 40,
        status: { code: 2 },
      }),
      rebuilt({
        trace: 1,
        span: 3,
        parent: 2,
        service: 'payment',
        name: 'POST /payments',
        kind: 2,
        long: 30,
      }),
    ]);
    lines = Array.from({ length: LINES }, (_, at) => line(at));
    served = await startPage({
      store,
      port: 0,
      host: '127.0.0.1',
      dist,
      log: logOf(lines),
      events: {
        between: () => [systemEvent('e', NOW), systemEvent('f', NOW - 60, 'docker')],
        dropped: 0,
      },
      incidents: { reports: () => [incidentReport('petstore#1', NOW, traceId(1), spanId(3))] },
    });
    page = await browser.newPage({ baseURL: served.url, viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(10_000);
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    // What an injected script would do.
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
  });
  afterEach(async () => {
    await page.close();
    await served.close();
    store.close();
  });

  const logRow = (text: string) => page.locator('.log-row', { hasText: text });

  test('follow the log as it grows, until somebody scrolls back', async () => {
    await page.goto('/logs');
    await logRow(`line ${LINES - 1} `).waitFor();
    lines.push(line(LINES));
    await logRow(`line ${LINES} `).waitFor();
    await page.locator('.log-list').hover();
    await page.mouse.wheel(0, -4_000);
    await page.locator('button.live[aria-pressed=false]').waitFor();
    expect(await page.locator('.log-row').count()).toBeLessThan(100);
    await page.keyboard.press('Home');
    await logRow('line 0 ').waitFor();
    await page.keyboard.press('End');
    await logRow(`line ${LINES} `).waitFor();
    expect(complaints).toEqual([]);
  });

  test('narrow the log by what is in the address', async () => {
    await page.goto('/logs?level=error');
    await logRow('line 19500 ').waitFor();
    expect(await page.locator('.count').innerText()).toBe('40 in 20,000 of 20,000 lines');
    await page.getByRole('button', { name: 'payment' }).click();
    await page.getByText('14 in 20,000 of 20,000 lines').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('/line 1[58]000/');
    await page.getByText('2 in 20,000 of 20,000 lines').waitFor();
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({
      level: 'error',
      node: 'payment',
      text: '/line 1[58]000/',
    });
    await page.getByLabel('Text').fill('/(/');
    await page.getByRole('alert').getByText('Invalid regular expression').waitFor();
  });

  test('go from a line named in the address to its trace, and back from a trace to a line', async () => {
    await page.goto(`/logs?instance=payment%40lab%2F1.1&seq=1000`);
    await page.locator('.log-row.chosen', { hasText: 'line 3000 ' }).waitFor();
    const pane = page.locator('.log-line-pane');
    expect(await pane.locator('pre').last().textContent()).toBe(line(3_000));
    expect(await page.locator('img').count()).toBe(0);
    await pane.getByRole('link', { name: 'Open its trace' }).click();
    await page.locator('[role=treeitem]').first().waitFor();
    expect(new URL(page.url()).searchParams.get('span')).toBe(spanId(3));
    await page.goto('/logs?instance=nobody&seq=1');
    await page.getByText('The line asked for is not in this log').waitFor();
    expect(complaints).toEqual([]);
  });

  test('draw who calls whom, and lead to the traces of a service', async () => {
    await page.goto('/services?last=all');
    await page.locator('.service-box').nth(1).waitFor();
    const row = page.getByRole('row', { name: 'petstore → payment' });
    expect(await row.innerText()).toMatch(/1\s+.*1 \(100 %\)/);
    await page.locator('svg a', { hasText: 'payment' }).click();
    await page.locator('.trace').first().waitFor();
    expect(new URL(page.url()).searchParams.get('service')).toBe('payment');
    expect(complaints).toEqual([]);
  });

  test('lead from an incident on the timeline to its cause, its trace and its lines', async () => {
    await page.goto('/incidents');
    await page.locator('.incident-lane a').waitFor();
    expect(await page.locator('.event-lane').count()).toBe(2);
    await page.locator('.incident').click();
    await page.getByRole('heading', { name: 'Root cause' }).waitFor();
    for (const part of ['Critical failures', 'Impact']) {
      expect(await page.getByRole('region', { name: part }).isVisible()).toBe(true);
    }
    const cause = page.getByRole('region', { name: 'Root cause' });
    expect(await cause.innerText()).toContain('was stopped by SIGSTOP <b>');
    expect(await cause.getByRole('link', { name: 'line' }).first().getAttribute('href')).toBe(
      '/logs?instance=shop%40lab%2F1.1&seq=1',
    );
    await page.keyboard.press('Escape');
    await page.locator('.incident').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Critical failures' }).getByRole('link').first().click();
    await page.locator('[role=treeitem]').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('are reached by keys, which a dialog tells of', async () => {
    await page.goto('/');
    await page.locator('.trace').waitFor();
    for (const [key, path] of [
      ['l', '/logs'],
      ['s', '/services'],
      ['i', '/incidents'],
      ['t', '/'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.pathname === path);
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('are dark or light as chosen, also when they are loaded again', async () => {
    await page.goto('/logs');
    const scheme = () => page.locator('html').getAttribute('data-theme');
    await page.getByRole('button', { name: 'Switch to dark' }).click();
    expect(await scheme()).toBe('dark');
    await page.reload();
    await page.getByRole('button', { name: 'Switch to light' }).waitFor();
    expect(await scheme()).toBe('dark');
  });

  test('say when the server is gone, and keep what they have', async () => {
    await page.goto('/logs');
    await logRow(`line ${LINES - 1} `).waitFor();
    await served.close();
    await page.getByRole('alert').getByText('One Log does not answer').waitFor();
    expect(await logRow(`line ${LINES - 1} `).isVisible()).toBe(true);
    served = await startPage({ store, port: 0, host: '127.0.0.1', dist });
  });

  test.each([390, 1280])('fit a window %i pixels wide', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    for (const [path, there] of [
      ['/logs?instance=payment%40lab%2F1.1&seq=1000', '.log-row.chosen'],
      ['/services?last=all', '.service-box'],
      ['/incidents', '.incident'],
      ['/incidents/petstore%231', '.candidate'],
    ] as const) {
      await page.goto(path);
      await page.locator(there).first().waitFor();
      const wide = await page.locator('html').evaluate((root) => root.scrollWidth);
      expect(wide, path).toBeLessThanOrEqual(width);
    }
  });

  test('lets in who has the token, and stays open from then on', async () => {
    const token = 'a-token-for-this-test';
    const guarded = await startPage({
      store,
      port: 0,
      host: '127.0.0.1',
      token,
      dist,
      log: logOf(lines),
    });
    await page.goto(`${guarded.url}/logs?token=${token}`);
    await logRow(`line ${LINES - 1} `).waitFor();
    expect(page.url()).toBe(`${guarded.url}/logs`);
    await page.reload();
    await logRow(`line ${LINES - 1} `).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    await guarded.close();
  });
});
