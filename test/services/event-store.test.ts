import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventStore } from '../../services/petstore/event-store.ts';
import type { Event } from '../../services/petstore/events.ts';
import { recordingLogger } from './recording-logger.ts';
import { temporaryFolder } from '../onelog.ts';

const loggedIn = (user: string): Event => ({ type: 'UserLoggedIn', user });

/** Opens the file, gives what it held, and appends `events`. */
function opened(file: string, ...events: Event[]) {
  const replayed: Event[] = [];
  const log = recordingLogger();
  const store = new EventStore(file, (event) => replayed.push(event), log);
  for (const event of events) store.append(event);
  store.close();
  return { replayed, log };
}

describe('the event store', () => {
  test('gives back what was appended, in order, to whoever opens it next', () => {
    const file = join(temporaryFolder(), 'a/folder/events.ndjson');
    expect(opened(file, loggedIn('ada'), loggedIn('bob')).replayed).toEqual([]);
    expect(opened(file, loggedIn('cleo')).replayed).toEqual([loggedIn('ada'), loggedIn('bob')]);
    expect(opened(file).replayed).toHaveLength(3);
  });

  test('has an event in the file before append returns', () => {
    const file = join(temporaryFolder(), 'events.ndjson');
    const store = new EventStore(file, () => {}, recordingLogger());
    store.append(loggedIn('ada'));
    expect(readFileSync(file, 'utf8')).toMatch(/^\{"time":"[^"]+","event":\{.*"ada"\}\}\n$/);
    store.close();
  });

  test('cuts off a last line that a crash tore, wherever, and says so', () => {
    const folder = temporaryFolder();
    const whole = join(folder, 'whole.ndjson');
    opened(whole, loggedIn('ada'), loggedIn('größe'), loggedIn('cleo'));
    const bytes = readFileSync(whole);
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length }), (length) => {
        const file = join(folder, 'torn.ndjson');
        writeFileSync(file, bytes.subarray(0, length));
        const { replayed, log } = opened(file, loggedIn('dan'));
        const kept = ends.filter((end) => end < length).length;
        expect(replayed).toHaveLength(kept);
        const torn = length - (kept === 0 ? 0 : (ends[kept - 1] ?? 0) + 1);
        const warnings = log.said.filter(({ level }) => level === 'warn');
        expect(warnings.map(({ fields }) => fields)).toEqual(
          torn === 0 ? [] : [{ file, line: kept + 1, bytes: torn }],
        );
        expect(opened(file).replayed.at(-1)).toEqual(loggedIn('dan'));
      }),
      { numRuns: 40 },
    );
  });

  test('reads a file that is longer than a chunk', () => {
    const file = join(temporaryFolder(), 'long.ndjson');
    const users = Array.from({ length: 20_000 }, (_, index) => `${index}-${'ü'.repeat(20)}`);
    writeFileSync(
      file,
      users
        .map(
          (user) =>
            `${JSON.stringify({ time: '2026-11-23T08:00:00.000Z', event: loggedIn(user) })}\n`,
        )
        .join(''),
    );
    expect(opened(file).replayed).toEqual(users.map(loggedIn));
  });

  test.each([
    ['what is not JSON', 'oops'],
    ['what is no event', '{"time":"2026-11-23T08:00:00.000Z","event":{"type":"PetStolen"}}'],
    [
      'an event of another shape',
      '{"time":"2026-11-23T08:00:00.000Z","event":{"type":"UserLoggedIn"}}',
    ],
    ['an empty line', ''],
  ])('does not open with %s in the middle, and says where it is', (_what, line) => {
    const file = join(temporaryFolder(), 'events.ndjson');
    opened(file, loggedIn('ada'));
    appendFileSync(file, `${line}\n`);
    const broken = readFileSync(file);
    expect(() => opened(file)).toThrow(`${file}:2 is no event`);
    expect(readFileSync(file)).toEqual(broken);
  });

  test('does not open where the events cannot follow each other, and says where', () => {
    const file = join(temporaryFolder(), 'events.ndjson');
    opened(file, loggedIn('ada'));
    const refuse = () => {
      throw new Error('impossible');
    };
    expect(() => new EventStore(file, refuse, recordingLogger())).toThrow(`${file}:1 is no event`);
  });
});
