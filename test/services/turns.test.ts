import { expect, test } from 'vitest';
import { Turns } from '../../services/petstore/turns.ts';

test('commands of one user wait for each other, those of others do not', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const payment = Promise.withResolvers<void>();
  const checkout = turns.take('ada', async () => {
    await payment.promise;
    done.push('ada checks out');
  });
  const later = turns.take('ada', () => done.push('ada adds'));
  await turns.take('bob', () => done.push('bob adds'));
  expect(turns.waiting('ada')).toBe(2);
  payment.resolve();
  await Promise.all([checkout, later]);
  expect(done).toEqual(['bob adds', 'ada checks out', 'ada adds']);
  expect(turns.waiting('ada')).toBe(0);
});

test('who wants to be alone waits for all before, and all after wait for him', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const payment = Promise.withResolvers<void>();
  const all = [
    turns.take('ada', async () => {
      await payment.promise;
      done.push('ada');
    }),
    turns.takeAlone(() => done.push('reset')),
    turns.take('bob', () => done.push('bob')),
    turns.takeAlone(() => done.push('reset again')),
    turns.take('ada', () => done.push('ada again')),
  ];
  payment.resolve();
  await Promise.all(all);
  expect(done).toEqual(['ada', 'reset', 'bob', 'reset again', 'ada again']);
});

test('one that fails lets the next one go on', async () => {
  const turns = new Turns();
  const failed = turns.take('ada', () => Promise.reject(new Error('declined')));
  const next = turns.take('ada', () => 'fine');
  await expect(failed).rejects.toThrow('declined');
  await expect(next).resolves.toBe('fine');
});
