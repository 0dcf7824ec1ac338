import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { sendBody, sendText } from './send.ts';

/**
 * The built page: `index.html` for every path that is a view, and the files
 * beside it, which are known by name only: no path of a request reaches the
 * file system but `/assets/NAME` and `/NAME` of plain letters.
 */
export class PageFiles {
  readonly #dist: string;

  constructor(dist: string) {
    this.#dist = dist;
  }

  async send(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = FILE.test(path) ? path : '/index.html';
    const type = TYPES[extname(name)];
    const body = type === undefined ? undefined : await this.#read(name);
    if (type !== undefined && body !== undefined) {
      // Names in assets/ change with their content; index.html says which ones are current.
      const fresh = name.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache';
      response.setHeader('Cache-Control', fresh);
      sendBody(request, response, 200, type, body);
    } else if (name === '/index.html') {
      sendText(request, response, 503, NOT_BUILT);
    } else {
      sendText(request, response, 404, `there is no file ${name}`);
    }
  }

  async #read(name: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.#dist, name));
    } catch {
      return undefined; // not there, which is for the caller to say
    }
  }
}

const FILE = /^\/(?:assets\/)?[\w-]+(?:\.[\w-]+)*\.[a-z0-9]+$/;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const NOT_BUILT =
  'The page is not built yet: run `node runner/setup.mjs` in the repository, then load this again. ' +
  'The query API under /api/ works already.';
