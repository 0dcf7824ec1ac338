import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Circuit } from '../../services/circuit.ts';
import { obey } from '../../services/control.ts';
import { Payment } from '../../services/payment/payment.ts';
import { recordingLogger } from './recording-logger.ts';

/** What is said when `chunks` come on stdin. */
async function told(...chunks: string[]) {
  const log = recordingLogger();
  const circuit = new Circuit();
  const payment = new Payment({ failureRate: 0, roll: () => 0, now: () => 0, circuit, log });
  const input = new PassThrough();
  obey(input, payment.commands(), log);
  for (const chunk of chunks) input.write(chunk);
  input.end();
  await setImmediate();
  await setImmediate();
  return { said: log.said.map(({ level, msg, fields }) => ({ level, msg, fields })), circuit };
}

test('a command is done and answered', async () => {
  const { said, circuit } = await told('{"command":"BreakCircuit"}\n');
  expect(said).toEqual([
    { level: 'info', msg: 'command accepted', fields: { command: 'BreakCircuit' } },
  ]);
  expect(() => circuit.pass()).toThrow('the circuit is broken');
});

test('commands come in any pieces', async () => {
  const { said } = await told(
    '{"comm',
    'and":"SetDelay","ms":200}\n\n{"command":"SetFailureRate",',
    '"rate":0.5}\r\n',
  );
  expect(said.map(({ fields }) => fields)).toEqual([
    { command: 'SetDelay', ms: 200 },
    { command: 'SetFailureRate', rate: 0.5 },
  ]);
});

test.each([
  ['what is not JSON', 'stop!', 'one of BreakCircuit, RestoreCircuit, SetDelay, SetFailureRate'],
  ['no object', '[1]', 'one of BreakCircuit'],
  ['a command nobody knows', '{"command":"SelfDestruct"}', 'one of BreakCircuit'],
  ['a command of every object', '{"command":"constructor"}', 'one of BreakCircuit'],
  ['a field of the wrong type', '{"command":"SetDelay","ms":"slow"}', 'SetDelay with ms'],
  ['a field out of bounds', '{"command":"SetFailureRate","rate":2}', 'SetFailureRate with rate'],
  ['a field too many', '{"command":"BreakCircuit","for":10}', 'BreakCircuit with'],
])('%s is answered by what would be one', async (_what, line, expected) => {
  const { said } = await told(`${line}\n`);
  expect(said).toEqual([
    {
      level: 'warn',
      msg: 'command refused',
      fields: { expected: expect.stringContaining(expected) },
    },
  ]);
});

test('a line without end is given up, once, and the next one counts again', async () => {
  const { said } = await told('x'.repeat(5000), 'x'.repeat(5000), '\n{"command":"BreakCircuit"}\n');
  expect(said.map(({ msg }) => msg)).toEqual(['command refused', 'command accepted']);
});
