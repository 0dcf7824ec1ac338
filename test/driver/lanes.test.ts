import { expect, test } from 'vitest';
import { allowedAnswers } from '../../driver/allowed.ts';
import { lanes } from '../../driver/lanes.ts';
import { checkLinearizability } from '../../driver/linearizability.ts';
import type { Operation } from '../../driver/operation.ts';
import { register, type RegisterInput, type RegisterOutput } from '../../driver/register.ts';
import { svg } from '../../driver/svg.ts';

const history: Operation<RegisterInput, RegisterOutput>[] = [
  {
    client: '1',
    input: { type: 'write', value: 1 },
    call: 1,
    return: 4,
    output: { type: 'written' },
  },
  { client: '10', input: { type: 'write', value: '<b>' }, call: 2 },
  { client: '2', input: { type: 'read' }, call: 3, return: 5, output: { type: 'read', value: 7 } },
];

function finding() {
  const verdict = checkLinearizability(register, history, { isTimeUp: () => false });
  if (verdict.is !== 'not linearizable') throw new Error(verdict.is);
  return verdict.found;
}

test('lanes show who did what when, and what was possible instead', () => {
  const found = finding();
  if (found.stuck === undefined) throw new Error('it ends nowhere');
  const note = `possible: ${allowedAnswers(register, found)}`;
  expect(lanes(register, history, { operation: found.stuck, note }).join('\n')).toBe(
    `client 1    client 2   client 10
┌ write 1
│                      ┌ write "<b>"
│           ┌ read     ┊
└ ok        │          ┊
            └ 7        ┊   ✗ possible: 1, or "<b>", or null`,
  );
});

test('a picture has a bar for each operation, and no markup of the history', () => {
  const picture = svg(register, history, [finding()]);
  expect(picture.match(/<g class="(?:taken|left|stuck)">/g)).toHaveLength(3);
  expect(picture.match(/<g class="stuck">/g)).toHaveLength(1);
  expect(picture).toContain('possible here: ');
  expect(picture).not.toContain('<b>');
});
