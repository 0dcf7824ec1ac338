import { isJsonObject, type JsonObject, type JsonValue, type LogEntry } from '../log/entry.ts';
import { levelOf } from '../log/level.ts';
import { nodeColour } from '../log/node-colour.ts';
import { terminalText } from '../log/terminal-text.ts';
import { DIM, foreground, paint, RED, YELLOW, type ColourDepth } from './colour.ts';
import { exceptionLines } from './exception-text.ts';

/** Known from elsewhere in the line, or of no use to people; exceptions have lines of their own. */
const HIDDEN = new Set(
  'level severity severity_text levelname lvl msg message time timestamp ts @timestamp pid hostname trace_id span_id trace_flags err error exception stack'.split(
    ' ',
  ),
);
const MAX_MESSAGE = 4_000;
const MAX_VALUE = 200;
const MAX_NODE_WIDTH = 16;
/** Names of nodes that keep their colour; more than a lab has, fewer than a forged log could. */
const MAX_NODES = 10_000;

/**
 * Renders entries for people, a line each and more for an exception:
 * `09:12:33.042 petstore INFO  pet added name=Rex price=1200`. Nodes have
 * colours in the order they are first seen; spans are a dim `▶ POST /pets` and
 * `◀ POST /pets 12.3 ms`. Long values are cut. Nothing in it can act on the
 * terminal but our own colours. Ticks give undefined.
 */
export class EntryText {
  readonly #depth: ColourDepth;
  readonly #nodes = new Map<string, { text: string; style: string }>();
  #width = 8;
  #second = Number.NaN;
  #clock = '';

  constructor(depth: ColourDepth) {
    this.#depth = depth;
  }

  render(entry: LogEntry): string | undefined {
    const { log } = entry;
    if (log['tick'] === true) return undefined;
    const head = `${this.#paint(this.#time(entry.ts), DIM)} ${this.#node(entry.node)}`;
    const span = spanText(log);
    if (span) {
      const style = span.failed ? RED : DIM;
      return `${head}       ${this.#paint(span.text, style)}`;
    }
    const level = levelOf(entry);
    const style = level === undefined || level < 40 ? '' : level < 50 ? YELLOW : RED;
    const message = this.#paint(terminalText(cut(messageOf(log), MAX_MESSAGE)), style);
    const name = this.#paint(levelName(level).padEnd(5), style);
    const exception = exceptionLines(log).map((line) => `\n    ${this.#paint(line, DIM)}`);
    return (
      [head, name, message, this.#paint(fieldsText(log), DIM)].join(' ').trimEnd() +
      exception.join('')
    );
  }

  #paint(text: string, style: string): string {
    return this.#depth === 'none' ? text : paint(text, style);
  }

  #node(name: string): string {
    let node = this.#nodes.get(name);
    if (!node) {
      if (this.#nodes.size >= MAX_NODES) this.#nodes.clear();
      const style = foreground(nodeColour(this.#nodes.size), this.#depth);
      node = { text: terminalText(cut(name, 64)), style };
      this.#nodes.set(name, node);
      this.#width = Math.min(Math.max(this.#width, node.text.length), MAX_NODE_WIDTH);
    }
    return this.#paint(node.text.padEnd(this.#width), node.style);
  }

  /** Local time of day; most lines share their second with the one before. */
  #time(ts: number): string {
    const micros = Math.round(ts * 1e6);
    const second = Math.floor(micros / 1e6);
    if (second !== this.#second) {
      this.#second = second;
      const date = new Date(second * 1e3);
      this.#clock = [date.getHours(), date.getMinutes(), date.getSeconds()]
        .map((n) => String(n).padStart(2, '0'))
        .join(':');
    }
    return `${this.#clock}.${String(Math.floor((micros % 1e6) / 1e3)).padStart(3, '0')}`;
  }
}

const LEVEL_NAMES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** The name of the level at or below; empty where there is none. */
function levelName(level: number | undefined): string {
  if (level === undefined) return '';
  return LEVEL_NAMES[Math.min(Math.max(Math.floor(level / 10), 1), 6) - 1] ?? '';
}

function messageOf({ msg, message }: JsonObject): string {
  const said = msg ?? message ?? '';
  return typeof said === 'string' ? said : JSON.stringify(said);
}

function fieldsText(log: JsonObject): string {
  return Object.entries(log)
    .filter(
      ([key, value]) =>
        !HIDDEN.has(key) || (key === 'error' && exceptionLines({ error: value }).length === 0),
    )
    .map(([key, value]) =>
      terminalText(`${cut(key, MAX_VALUE)}=${cut(valueText(value), MAX_VALUE)}`),
    )
    .join(' ');
}

function valueText(value: JsonValue): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

/** A boundary line in short; undefined for other lines. */
function spanText(log: JsonObject): { text: string; failed: boolean } | undefined {
  const { msg, span_name: name, status } = log;
  if (typeof name !== 'string' || (msg !== 'span start' && msg !== 'span end')) return undefined;
  const shown = terminalText(cut(name, MAX_VALUE));
  if (msg === 'span start') return { text: `▶ ${shown}`, failed: false };
  const failed = isJsonObject(status) && status['code'] === 2;
  return { text: `◀ ${shown} ${durationText(log)}`.trimEnd(), failed };
}

function durationText(log: JsonObject): string {
  const [start, end] = [log['start_time_unix_nano'], log['end_time_unix_nano']].map(String);
  if (!/^\d{1,20}$/.test(start ?? '') || !/^\d{1,20}$/.test(end ?? '')) return '';
  const ms = Number(BigInt(end ?? 0) - BigInt(start ?? 0)) / 1e6;
  return ms < 1_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
