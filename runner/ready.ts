import { connect } from 'node:net';
import type { LogEntry } from '../log/entry.ts';
import type { ReadyCheck } from './config.ts';

/** Looks again after this long. */
const POLL_MS = 50;

/**
 * Resolves true when a process is up, false when `signal` says to stop waiting.
 * `seen` tells whether a text has been in the process's log.
 */
export async function waitUntilReady(
  check: ReadyCheck,
  seen: (text: string) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const attempt = AbortSignal.any([signal, AbortSignal.timeout(2_000)]);
    if (await isReady(check, seen, attempt)) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

async function isReady(
  check: ReadyCheck,
  seen: (text: string) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  if ('log' in check) return seen(check.log);
  if ('port' in check) return portAnswers(check.port, signal);
  try {
    const response = await fetch(check.http, { signal, redirect: 'manual' });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

function portAnswers(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Remembers which of the texts that ready checks wait for have been seen in which instance's log. */
export class ReadyTexts {
  readonly #waiting = new Map<string, string>();

  expect(instance: string, text: string): void {
    this.#waiting.set(instance, text);
  }

  /** Costs nothing once all have been seen. */
  look(entries: readonly LogEntry[]): void {
    if (this.#waiting.size === 0) return;
    for (const { instance, text } of entries) {
      const waited = this.#waiting.get(instance);
      if (waited !== undefined && text.includes(waited)) this.#waiting.delete(instance);
    }
  }

  seen(instance: string): boolean {
    return !this.#waiting.has(instance);
  }
}
