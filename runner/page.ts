import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { TraceStore } from '../export/trace-store.ts';
import { isLoopback } from '../web/guard.ts';
import type { PageParts } from '../web/lab-api.ts';
import { startPage } from '../web/server.ts';
import { holderOf } from './port-holder.ts';
import { UserError } from './user-error.ts';

/** Where the page is to be, and who may see it. */
export interface PageAddress {
  readonly pagePort: number;
  readonly pageHost?: string;
  readonly pageToken?: string;
}

interface OpenPage {
  /** Without a slash at its end, and without the token. */
  readonly url: string;
  /** The same with the token, if it needs one: for the user's eyes alone, in no file. */
  readonly visitUrl: string;
  close(): Promise<void>;
}

/** Opens the embedded store, with a sentence for the user where that cannot be. */
export function openStore(path: string): TraceStore {
  try {
    return new TraceStore(path);
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

/**
 * Serves the page. Beyond loopback it needs a token, which is made where none
 * is given; but not in a container, whose own loopback nobody could reach: its
 * port is to be published on the host's. Throws a UserError where the port is
 * taken, and for an address or a token that cannot be used.
 */
export async function openPage(parts: PageParts, address: PageAddress): Promise<OpenPage> {
  const { pagePort: port, pageHost: host = '127.0.0.1' } = address;
  const token = tokenFor(host, address.pageToken ?? process.env['ONELOG_PAGE_TOKEN']);
  if (isIP(host) === 0) {
    throw new UserError(
      `--page-host: expected an address, such as 127.0.0.1 or 0.0.0.0; got ${JSON.stringify(host)}`,
    );
  }
  try {
    const page = await startPage({
      ...parts,
      port,
      host,
      ...(token !== undefined && { token }),
      isContained: isContained(),
    });
    const url = token === undefined ? page.url : seenFromOutside(page.url, host);
    const visitUrl = token === undefined ? url : `${url}/?token=${encodeURIComponent(token)}`;
    return { url, visitUrl, close: () => page.close() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE'
        ? `port ${port} is taken${await holderOf(port)} (--page-port)`
        : code === 'EADDRNOTAVAIL'
          ? `${host} is no address of this machine (--page-host)`
          : `${message} (--page-port, --page-host)`;
    throw new UserError(`page: ${why}`);
  }
}

/** As many characters as make it hopeless to try them all. */
const LEAST_TOKEN_CHARS = 16;

function tokenFor(host: string, given: string | undefined): string | undefined {
  if (given === undefined) {
    const needsNone = isLoopback(host) || (host === '0.0.0.0' && isContained());
    return needsNone ? undefined : randomBytes(24).toString('base64url');
  }
  if (given.length >= LEAST_TOKEN_CHARS) return given;
  throw new UserError(
    `--page-token: expected ${LEAST_TOKEN_CHARS} characters or more, got ${given.length}; without one a token is made`,
  );
}

/** Of a page that listens on all addresses, one that others can reach. */
function seenFromOutside(url: string, host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return url;
  const own = Object.values(networkInterfaces())
    .flat()
    .find((each) => each !== undefined && !each.internal && each.family === 'IPv4');
  return own === undefined ? url : `http://${own.address}:${new URL(url).port}`;
}

/** By the files that Docker and Podman put into their containers. */
const isContained = (): boolean => existsSync('/.dockerenv') || existsSync('/run/.containerenv');
