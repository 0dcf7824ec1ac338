import { readFileSync } from 'node:fs';
import { eventsOfEdn, eventsOfLog, type JepsenEvent } from '../../driver/formats/jepsen-event.ts';
import { keyValueHistory, registerHistory } from '../../driver/formats/jepsen-history.ts';
import { readPetStoreHistory } from '../../driver/formats/petstore-history.ts';
import { HistoryError } from '../../driver/history-error.ts';
import { keyValue } from '../../driver/key-value.ts';
import type { Model } from '../../driver/model.ts';
import type { Operation } from '../../driver/operation.ts';
import { petStore } from '../../driver/petstore/model.ts';
import { register } from '../../driver/register.ts';
import { UserError } from '../user-error.ts';

export type ModelName = 'register' | 'cas-register' | 'kv' | 'petstore';

/** What becomes of a history and its model, whatever their types. */
export type Use<Result> = <State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
) => Result;

/**
 * Reads a recorded history by what it looks like: the driver's own, a log that
 * Jepsen wrote, or EDN. Without a `name`, its format and its operations say of
 * what it is one. Throws a UserError that names the line of what is wrong, and
 * what was expected.
 */
export function readHistory<Result>(
  file: string,
  name: ModelName | undefined,
  use: Use<Result>,
): Result {
  const text = contentOf(file);
  try {
    if (isJson(text)) {
      if (name !== undefined && name !== 'petstore') throw otherModel(file, 'petstore', name);
      return use(petStore, readPetStoreHistory(text));
    }
    if (name === 'petstore') throw otherModel(file, 'register, cas-register or kv', name);
    const logged = eventsOfLog(text);
    const events = logged.length > 0 ? logged : eventsOfEdn(text);
    if (name === 'kv' || (name === undefined && isKeyValue(events))) {
      return use(keyValue, keyValueHistory(events));
    }
    const options = {
      cas: name !== 'register',
      failedCas: logged.length > 0 ? 'compared' : 'not done',
    } as const;
    return use(register, registerHistory(events, options));
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    throw new UserError(`${file}:${error.line}: ${error.message}`);
  }
}

function contentOf(file: string): string {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    if (text.trim() !== '') return text;
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${(error as Error).message}`);
  }
  throw new UserError(`${file} is empty: expected a history`);
}

const otherModel = (file: string, expected: string, name: ModelName): UserError =>
  new UserError(`${file} is a history for which --model must be ${expected}, not ${name}`);

/** Of JSON lines the first is JSON; EDN's maps never are. */
function isJson(text: string): boolean {
  const [line = ''] = text.trimStart().split('\n', 1);
  try {
    return line.startsWith('{') && JSON.parse(line) !== undefined;
  } catch {
    return false;
  }
}

const isKeyValue = ([first]: readonly JepsenEvent[]): boolean => first?.key !== undefined;
