import { expect, test } from 'vitest';
import {
  readPetStoreHistory,
  writePetStoreHistory,
} from '../../../driver/formats/petstore-history.ts';
import type { Operation } from '../../../driver/operation.ts';
import type { Answer, Command } from '../../../driver/petstore/command.ts';

const history: Operation<Command, Answer>[] = [
  {
    client: '1',
    input: { type: 'UserLogin', user: 'ann' },
    call: 1_000,
    return: 1_400,
    output: { status: 200, type: 'UserLoggedIn', user: 'ann' },
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  },
  { client: '2', input: { type: 'CheckoutBasket', user: 'ann', card: 'valid' }, call: 1_200 },
];

test('what is written is read back, in the same order', () => {
  const text = writePetStoreHistory(history);
  expect(text)
    .toBe(`{"client":"1","call":{"type":"UserLogin","user":"ann"},"time_us":0,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}
{"client":"2","call":{"type":"CheckoutBasket","user":"ann","card":"valid"},"time_us":200}
{"client":"1","return":{"status":200,"type":"UserLoggedIn","user":"ann"},"time_us":400}
`);
  const read = readPetStoreHistory(text);
  expect(read).toMatchObject(
    history.map(({ client, input, output }) => ({ client, input, ...(output && { output }) })),
  );
});

test.each([
  ['a line that is not JSON', 2, 'not JSON', '\nhello'],
  ['an unknown command', 1, 'call.type', '{"client":"1","call":{"type":"Steal"}}'],
  ['an event of neither kind', 1, 'return', '{"client":"1"}'],
  [
    'a return without a call',
    1,
    'its call before',
    '{"client":"1","return":{"status":200,"type":"Pets"}}',
  ],
])('%s is an error with its line', (_what, line, expected, text) => {
  expect(() => readPetStoreHistory(text)).toThrow(expected);
  expect(() => readPetStoreHistory(text)).toThrow(expect.objectContaining({ line }));
});
