import { describe, expect, test } from 'vitest';
import { TraceStore } from '../../export/trace-store.ts';
import { openPage, type PageAddress } from '../../runner/page.ts';
import { UserError } from '../../runner/user-error.ts';

const open = (address: Partial<PageAddress>) =>
  openPage({ store: new TraceStore(':memory:') }, { pagePort: 0, ...address });

describe('where the page is', () => {
  test('is loopback, without a token', async () => {
    await using page = disposable(await open({}));
    expect(page.visitUrl).toBe(page.url);
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(page.url)).status).not.toBe(401);
  });

  test('asks for a token beyond loopback, which is made and is in the address to visit', async () => {
    await using page = disposable(await open({ pageHost: '127.0.0.2' }));
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/);
    expect(page.visitUrl).toMatch(/\/\?token=[\w-]{32}$/);
    expect((await fetch(`${page.url}/api/services`)).status).toBe(401);
    const visit = await fetch(page.visitUrl, { redirect: 'manual' });
    expect(visit.status).toBe(303);
  });

  test('asks for the token given, on loopback as well', async () => {
    await using page = disposable(await open({ pageToken: 'sixteen letters!' }));
    expect(page.visitUrl).toBe(`${page.url}/?token=sixteen%20letters!`);
    expect((await fetch(`${page.url}/api/services`)).status).toBe(401);
  });

  test.each([
    [{ pageToken: 'short' }, /--page-token: expected 16 characters or more, got 5/],
    [{ pageHost: 'lab.example' }, /--page-host: expected an address, .*got "lab\.example"/],
    [{ pageHost: '192.0.2.1' }, /192\.0\.2\.1 is no address of this machine/],
  ])('is refused for %j', async (address, reason) => {
    await expect(open(address)).rejects.toThrow(UserError);
    await expect(open(address)).rejects.toThrow(reason);
  });

  test('says who has the port', async () => {
    await using page = disposable(await open({}));
    const pagePort = Number(new URL(page.url).port);
    await expect(open({ pagePort })).rejects.toThrow(/page: port \d+ is taken.*--page-port/);
  });
});

function disposable<T extends { close(): Promise<void> }>(page: T): T & AsyncDisposable {
  return Object.assign(page, { [Symbol.asyncDispose]: () => page.close() });
}
