import { expect, test } from 'vitest';
import { isRight } from '../../../bench/incident/right.ts';
import type { AnsweredEvent } from '../../../bench/incident/ask.ts';
import type { TruthRecord } from '../../../runner/faults/truth.ts';

const truth = (kind: string, pids: number[]): TruthRecord => ({
  kind,
  node: 'payment',
  instance: 'payment@lab-1/4711.1795363100',
  nodePids: [4711],
  pids,
  ports: [8080],
  startTimeUnixNano: '1795363200000000000',
  endTimeUnixNano: '1795363210000000000',
  size: '',
  what: '',
  undone: true,
  how: '',
  seed: 1,
  decoys: [{ kind: 'cpu', pids: [5000], startTimeUnixNano: '1', endTimeUnixNano: '2' }],
});

/** So many seconds after the fault's beginning; it takes ten. */
const at = (seconds: bigint): string => `${1_795_363_200_000_000_000n + seconds * 1_000_000_000n}`;

const event = (
  kind: string,
  about: AnsweredEvent['about'],
  [start, end]: readonly bigint[] = [1n, 2n],
): AnsweredEvent => ({
  id: 'payment@lab-1/4711.1795363100#1',
  kind,
  startTimeUnixNano: at(start ?? 1n),
  endTimeUnixNano: at(end ?? 2n),
  about,
  summary: '',
});

test.each([
  ['the process that did it', 'cpu', [4800], 'cpu.hog', { pid: 4800 }, true],
  ['another of its doings', 'memory', [4800], 'cpu.hog', { pid: 4800 }, true],
  [
    'the node, of the same kind',
    'cpu',
    [4800],
    'cpu.starved',
    { node: 'payment', pid: 4711 },
    true,
  ],
  ['the node, of another kind', 'cpu', [4800], 'io.writes', { node: 'payment', pid: 4711 }, false],
  ['another node that suffers too', 'cpu', [4800], 'cpu.starved', { node: 'petstore' }, false],
  ['the whole host', 'cpu', [4800], 'cpu.pressure', {}, false],
  ['a decoy', 'cpu', [4800], 'cpu.hog', { pid: 5000 }, false],
  ['the end of a killed node', 'kill', [4711], 'process.exit', { pid: 4711 }, true],
  ['the restart after it', 'kill', [4711], 'process.start', { node: 'payment', pid: 4900 }, false],
  ['the silence after it', 'kill', [4711], 'log.silence', { node: 'payment' }, false],
  ['who holds the port', 'port', [4800, 4711], 'port.taken', { port: 8080, pid: 4800 }, true],
  ['that its node was killed', 'port', [4800, 4711], 'process.exit', { pid: 4711 }, true],
  ['the port that refuses', 'refuse', [4800], 'network.refused', { port: 8080 }, true],
  ['another port that refuses', 'refuse', [4800], 'network.refused', { port: 9090 }, false],
])('%s', (_, kind, pids, eventKind, about, right) => {
  expect(isRight(event(eventKind, about), truth(kind, pids))).toBe(right);
});

test.each([
  ['before it', [-9n, -8n], false],
  ['that lasts until it', [-9n, -1n], true],
  ['in it', [9n, 15n], true],
  ['after it', [11n, 12n], false],
])('the process that did it, %s', (_, interval, right) => {
  const did = event('cpu.hog', { pid: 4800 }, interval);
  expect(isRight(did, truth('cpu', [4800]))).toBe(right);
});

test('the command that did it is right, and the one that undid it wrong', () => {
  const command = (seconds: bigint): AnsweredEvent =>
    event('node.command', { node: 'payment', pid: 4711 }, [seconds, seconds]);
  expect(isRight(command(0n), truth('slow', [4711]))).toBe(true);
  expect(isRight(command(10n), truth('slow', [4711]))).toBe(false);
});
