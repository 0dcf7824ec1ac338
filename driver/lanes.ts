import type { Model } from './model.ts';
import type { Operation } from './operation.ts';

const MAX_CELL = 56;

/**
 * A history as text: a column for each client, time downwards, a row for each
 * call and each return. `stuck` is marked, with a note behind it.
 *
 *     client 1              client 2
 *     ┌ AddToBasket ann Rex
 *     │                     ┌ AddToBasket bob Rex
 *     └ 201 AddedToBasket   │
 *                           └ 201 AddedToBasket   ✗ possible here: 404 PetDoesNotExist
 *
 * Lines are given without newlines, and are as long as they are.
 */
export function lanes<State, Input, Output>(
  model: Pick<Model<State, Input, Output>, 'describe' | 'describeOutput'>,
  history: readonly Operation<Input, Output>[],
  stuck?: { readonly operation: Operation<Input, Output>; readonly note: string },
): string[] {
  const rows = history
    .flatMap((operation) => [
      {
        at: operation.call,
        isReturn: false,
        operation,
        text: `┌ ${cut(model.describe(operation.input))}`,
      },
      ...(operation.return === undefined
        ? []
        : [
            {
              at: operation.return,
              isReturn: true,
              operation,
              text: `└ ${cut(model.describeOutput(operation.output))}`,
            },
          ]),
    ])
    .sort((a, b) => a.at - b.at || Number(a.isReturn) - Number(b.isReturn));
  const clients = [...new Set(rows.map(({ operation }) => operation.client))].sort(byNumber);
  const widths = clients.map((client) =>
    Math.max(
      `client ${client}`.length,
      ...rows.filter(({ operation }) => operation.client === client).map(({ text }) => text.length),
    ),
  );
  const open = new Map<string, string>();
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] as number))
      .join('   ')
      .trimEnd();
  return [
    line(clients.map((client) => `client ${client}`)),
    ...rows.map(({ isReturn, operation, text }) => {
      const { client } = operation;
      const row = line(clients.map((other) => (other === client ? text : (open.get(other) ?? ''))));
      if (isReturn) open.delete(client);
      else open.set(client, operation.return === undefined ? '┊' : '│');
      return isReturn && stuck?.operation === operation ? `${row}   ✗ ${stuck.note}` : row;
    }),
  ];
}

const cut = (text: string): string =>
  text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
