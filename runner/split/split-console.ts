import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { Writable } from 'node:stream';
import type { LogEntry } from '../../log/entry.ts';
import { terminalText } from '../../log/terminal-text.ts';
import type { ColourDepth } from '../colour.ts';
import { isFigure, isWanted, type Console, type Wanted } from '../console.ts';
import { EntryText } from '../entry-text.ts';
import { divertSay } from '../say.ts';
import { pressKeys, type SplitChoice } from './keys.ts';
import { screenRows, type PaneView } from './screen.ts';

export interface SplitConsoleOptions extends Wanted {
  /** Where to draw; `terminal` tells its size. */
  readonly stream: Writable;
  readonly terminal: WriteStream;
  readonly keyboard: ReadStream | undefined;
  readonly colour: ColourDepth;
  readonly onStop: (reason: string) => void;
}

/** Kept of each node, and shown as far as there is room. */
const MAX_LINES = 2_000;
const MAX_PANES = 100;
const DRAW_MS = 50;

/** Alternate screen, no cursor, no wrapping; and back. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/**
 * Shows each node in a pane of its own. A slow terminal gets fewer pictures,
 * never a queue of them; what the panes no longer have is in the log file.
 */
export class SplitConsole implements Console {
  readonly format = 'text';
  readonly isFree = true;
  readonly #options: SplitConsoleOptions;
  readonly #text: EntryText;
  readonly #panes = new Map<string, string[]>();
  readonly #onExit = (): void => this.#restore();
  #frozen: PaneView[] | undefined;
  #since = 0;
  #choice: SplitChoice = { search: '', isPaused: false };
  #drawn: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SplitConsoleOptions) {
    this.#options = options;
    this.#text = new EntryText(options.colour);
    const { stream, terminal, keyboard, onStop } = options;
    stream.on('error', (error) => onStop(`nobody reads stdout: ${error.message}`));
    stream.on('drain', () => this.#drawSoon());
    terminal.on('resize', this.#onResize);
    keyboard?.setRawMode(true).setEncoding('utf8').on('data', this.#onKeys).resume();
    divertSay((message) => this.#add('driver', terminalText(message)));
    process.once('exit', this.#onExit);
    stream.write(ENTER);
    this.#drawSoon();
  }

  write(entries: readonly LogEntry[]): boolean {
    for (const entry of entries) {
      if (isFigure(entry) && this.#options.only === undefined) continue;
      const text = isWanted(entry, this.#options) ? this.#text.render(entry) : undefined;
      for (const line of text?.split('\n') ?? []) this.#add(entry.node, line);
    }
    return true;
  }

  /** Never has to be waited for. */
  onDrain(): void {}

  /** Gives the terminal back as it was. */
  async close(): Promise<void> {
    this.#restore();
  }

  #add(node: string, line: string): void {
    let lines = this.#panes.get(node);
    if (lines === undefined) {
      if (this.#panes.size >= MAX_PANES) return;
      this.#panes.set(node, (lines = []));
    }
    lines.push(line);
    if (lines.length > 2 * MAX_LINES) lines.splice(0, MAX_LINES);
    this.#since++;
    this.#drawSoon();
  }

  readonly #onResize = (): void => {
    this.#drawn = [];
    this.#drawSoon();
  };

  readonly #onKeys = (input: string | Buffer): void => {
    const wasPaused = this.#choice.isPaused;
    const { choice, requests } = pressKeys(this.#choice, String(input));
    this.#choice = choice;
    if (choice.isPaused !== wasPaused) {
      this.#frozen = choice.isPaused ? this.#views() : undefined;
      this.#since = 0;
    }
    if (requests.includes('stop')) this.#options.onStop('q');
    // As the terminal would have sent it; a second one ends all at once.
    if (requests.includes('interrupt')) process.kill(process.pid, 'SIGINT');
    this.#drawSoon();
  };

  #views(): PaneView[] {
    return [...this.#panes].map(([node, lines]) => ({
      title: terminalText(node),
      lines: lines.slice(-MAX_LINES),
    }));
  }

  #drawSoon(): void {
    if (!this.#closed) this.#timer ??= setTimeout(() => this.#draw(), DRAW_MS);
  }

  #draw(): void {
    this.#timer = undefined;
    const { stream, terminal } = this.#options;
    if (this.#closed || stream.writableNeedDrain) return;
    const { search, typing, isPaused } = this.#choice;
    const rows = screenRows({
      width: terminal.columns,
      height: terminal.rows,
      panes: this.#frozen ?? this.#views(),
      search,
      ...(typing !== undefined && { typing }),
      ...(isPaused && { paused: this.#since }),
    });
    const changed = rows.flatMap((row, index) =>
      row === this.#drawn[index] ? [] : `\u001b[${index + 1};1H${row}`,
    );
    const clear = this.#drawn.length === 0 ? '\u001b[2J' : '';
    this.#drawn = rows;
    if (changed.length > 0) stream.write(clear + changed.join(''));
  }

  #restore(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    divertSay(undefined);
    const { terminal, keyboard } = this.#options;
    terminal.off('resize', this.#onResize);
    keyboard?.off('data', this.#onKeys).setRawMode(false).pause();
    process.off('exit', this.#onExit);
    try {
      writeSync(1, LEAVE);
    } catch {
      // The terminal is gone.
    }
  }
}
