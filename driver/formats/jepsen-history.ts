/** Jepsen's events as histories of a register, or of a map of texts. */
import { HistoryBuilder } from '../history-builder.ts';
import { HistoryError } from '../history-error.ts';
import type { KeyValueInput, KeyValueOutput } from '../key-value.ts';
import type { Operation } from '../operation.ts';
import type { RegisterInput, RegisterOutput, RegisterValue } from '../register.ts';
import { type Edn, Keyword } from './edn.ts';
import { type JepsenEvent, shown } from './jepsen-event.ts';

export interface RegisterOptions {
  /** Whether the register has compare-and-set. */
  readonly cas: boolean;
  /**
   * What a failed cas says: in Jepsen's own logs of etcd that the value was
   * another (`compared`), as Porcupine reads them; in EDN, as Knossos has it,
   * only that nothing was done.
   */
  readonly failedCas: 'compared' | 'not done';
}

/** Throws a HistoryError for what is no history of a register. */
export function registerHistory(
  events: readonly JepsenEvent[],
  { cas, failedCas }: RegisterOptions,
): Operation<RegisterInput, RegisterOutput>[] {
  const known = cas ? 'read, write or cas' : 'read or write (or another --model)';
  return history<RegisterInput, RegisterOutput>(events, {
    input({ f, value, line }) {
      if (f === 'read') return { type: 'read' };
      if (f === 'write') return { type: 'write', value: scalar(value, line) };
      if (f === 'cas' && cas) {
        const [from, to] = pair(value, line);
        return { type: 'cas', from: scalar(from, line), to: scalar(to, line) };
      }
      throw new HistoryError(line, `expected :f to be ${known}, but there is :${f}`);
    },
    output({ value, line }, { type }) {
      if (type === 'read') return { type, value: scalar(value, line) };
      return type === 'cas' ? { type, done: true } : { type: 'written' };
    },
    failure: ({ value }, { type }) =>
      failedCas === 'compared' && type === 'cas' && Array.isArray(value)
        ? { type, done: false }
        : undefined,
  });
}

/** Throws a HistoryError for what is no history of a map of texts. */
export function keyValueHistory(
  events: readonly JepsenEvent[],
): Operation<KeyValueInput, KeyValueOutput>[] {
  return history<KeyValueInput, KeyValueOutput>(events, {
    input({ f, key, value, line }) {
      if (f !== 'get' && f !== 'put' && f !== 'append') {
        throw new HistoryError(line, `expected :f to be get, put or append, but there is :${f}`);
      }
      if (key === undefined) throw new HistoryError(line, `expected a :key for :${f}`);
      return f === 'get'
        ? { type: f, key: textOf(key, line) }
        : { type: f, key: textOf(key, line), value: textOf(value, line) };
    },
    output: ({ value, line }, { type }) =>
      type === 'get' ? { value: value === null ? '' : textOf(value, line) } : {},
    failure: () => undefined,
  });
}

interface Reading<Input, Output> {
  input(event: JepsenEvent): Input;
  output(event: JepsenEvent, input: Input): Output;
  /** What a failure says; undefined where only that nothing was done. */
  failure(event: JepsenEvent, input: Input): Output | undefined;
}

function history<Input extends { readonly type: string }, Output>(
  events: readonly JepsenEvent[],
  { input, output, failure }: Reading<Input, Output>,
): Operation<Input, Output>[] {
  const builder = new HistoryBuilder<Input, Output>();
  for (const event of events) {
    const { process, type, f, line } = event;
    if (type === 'invoke') {
      builder.call(process, input(event), line);
      continue;
    }
    const called = builder.inputOf(process, line);
    if (called.type !== f) {
      throw new HistoryError(
        line,
        `expected process ${process} to return from :${called.type}, but there is :${f}`,
      );
    }
    const failed = type === 'fail' ? failure(event, called) : undefined;
    if (type === 'info') builder.staysPending(process, line);
    else if (type === 'ok') builder.returns(process, output(event, called), line);
    else if (failed !== undefined) builder.returns(process, failed, line);
    else builder.neverHappened(process, line);
  }
  return builder.history();
}

function scalar(value: Edn | undefined, line: number): RegisterValue {
  if (value instanceof Keyword) return `:${value.name}`;
  if (value === null || typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value;
  throw new HistoryError(line, `expected one value for a register, but there is ${shown(value)}`);
}

function pair(value: Edn, line: number): Edn[] {
  if (Array.isArray(value) && value.length === 2) return value;
  throw new HistoryError(line, `expected :value [from to] for :cas, but there is ${shown(value)}`);
}

function textOf(value: Edn, line: number): string {
  const found = scalar(value, line);
  if (found === null) throw new HistoryError(line, 'expected a text, but there is nil');
  return String(found);
}
