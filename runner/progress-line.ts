import { terminalText } from '../log/terminal-text.ts';

const EVERY_MS = 100;

/** A line on stderr that is written over as things go on; nothing where stderr is no terminal. */
export function progressLine(): { show(text: string): void; clear(): void } {
  if (!process.stderr.isTTY) return { show() {}, clear() {} };
  let lastMs = -Infinity;
  return {
    show(text) {
      const nowMs = performance.now();
      if (nowMs - lastMs < EVERY_MS) return;
      lastMs = nowMs;
      process.stderr.write(`\r\u001b[K${terminalText(text)}`);
    },
    clear: () => void process.stderr.write('\r\u001b[K'),
  };
}
