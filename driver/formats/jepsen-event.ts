import { HistoryError } from '../history-error.ts';
import { type Edn, type EdnMap, firstEdn, isEdnMap, Keyword, readEdn } from './edn.ts';

/** What Jepsen writes of an operation: that it was invoked, that it was done, that it was not, or that nobody knows. */
export interface JepsenEvent {
  readonly line: number;
  readonly process: string;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  /** What is done: `read`. */
  readonly f: string;
  readonly key?: Edn;
  readonly value: Edn;
}

/**
 * Events of an EDN text: maps after each other, or in one vector or list. What
 * the nemesis does is left out: a process is a number. Throws a HistoryError.
 *
 * `{:process 0, :type :invoke, :f :append, :key "x", :value "1"}`
 */
export function eventsOfEdn(text: string): JepsenEvent[] {
  return readEdn(text)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .flatMap((value) => {
      if (!isEdnMap(value)) {
        throw new HistoryError(1, `expected maps such as ${EXAMPLE}, but there is ${shown(value)}`);
      }
      return eventOf(value) ?? [];
    });
}

/**
 * Events among the lines of a log that Jepsen wrote; other lines are none.
 *
 * `INFO  jepsen.util - 0	:invoke	:write	4`
 */
export function eventsOfLog(text: string): JepsenEvent[] {
  return text.split('\n').flatMap((logged, index) => {
    const [, process, type, f, value] = LOGGED.exec(logged) ?? [];
    if (process === undefined || f === undefined) return [];
    const line = index + 1;
    return {
      line,
      process,
      type: typeOf(type, line),
      f,
      value: firstEdn(value ?? '', line) ?? null,
    };
  });
}

const EXAMPLE = '{:process 0, :type :invoke, :f :read, :value nil}';

const LOGGED = /\bjepsen\.\w+\b.*?[-:]\s+(\d+)\s+:(\w+)\s+:([\w-]+)(?:\s+(.*))?$/;

function eventOf({ line, entries }: EdnMap): JepsenEvent | undefined {
  const process = entries.get('process');
  if (process instanceof Keyword) return undefined;
  const [type, f, key] = ['type', 'f', 'key'].map((name) => entries.get(name));
  if (typeof process !== 'number' || !(f instanceof Keyword) || !(type instanceof Keyword)) {
    throw new HistoryError(line, `expected :process, :type and :f as in ${EXAMPLE}`);
  }
  return {
    line,
    process: String(process),
    type: typeOf(type.name, line),
    f: f.name,
    ...(key !== undefined && { key }),
    value: entries.get('value') ?? null,
  };
}

function typeOf(type: string | undefined, line: number): JepsenEvent['type'] {
  if (type === 'invoke' || type === 'ok' || type === 'fail' || type === 'info') return type;
  throw new HistoryError(line, `expected :invoke, :ok, :fail or :info, but there is :${type}`);
}

/** A value in an error message. */
export function shown(value: Edn | undefined): string {
  if (value === undefined || value === null) return 'nil';
  if (value instanceof Keyword) return `:${value.name}`;
  if (Array.isArray(value)) return `[${value.map(shown).join(' ').slice(0, 60)}]`;
  return isEdnMap(value) ? 'a map' : JSON.stringify(value).slice(0, 60);
}
