import { CARD_KINDS, type Command } from './command.ts';
import type { Program } from './program.ts';

/**
 * Programs that are a step smaller, the greatest steps first: without a client,
 * without some commands in a row (half of a list, a quarter, … one), with less
 * going on at once, with a plainer command. There is no way round in circles.
 */
export function* smallerPrograms(program: Program): Generator<Program> {
  const { prefix, clients } = program;
  const withClient = (index: number, commands: readonly Command[]): Program => ({
    ...program,
    clients: commands.length === 0 ? clients.toSpliced(index, 1) : clients.with(index, commands),
  });
  for (const index of clients.keys()) yield withClient(index, []);
  for (const shorter of shorterLists(prefix)) yield { ...program, prefix: shorter };
  for (const [index, commands] of clients.entries()) {
    for (const shorter of shorterLists(commands)) yield withClient(index, shorter);
  }
  for (const [index, [first, ...rest]] of clients.entries()) {
    if (first !== undefined) yield { ...withClient(index, rest), prefix: [...prefix, first] };
  }
  for (const plainer of plainerLists(prefix)) yield { ...program, prefix: plainer };
  for (const [index, commands] of clients.entries()) {
    for (const plainer of plainerLists(commands)) yield withClient(index, plainer);
  }
}

function* shorterLists(list: readonly Command[]): Generator<readonly Command[]> {
  for (
    let size = Math.ceil(list.length / 2);
    size > 0;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < list.length; at += size) yield list.toSpliced(at, size);
  }
}

function* plainerLists(list: readonly Command[]): Generator<readonly Command[]> {
  for (const [index, command] of list.entries()) {
    const plainer = plainerCommand(command);
    if (plainer !== undefined) yield list.with(index, plainer);
  }
}

const PLAIN_PRICE = 100;

/** A round price and a plain card read more easily; undefined where the command is plain. */
function plainerCommand(command: Command): Command | undefined {
  if (command.type === 'CheckoutBasket' && command.card !== CARD_KINDS[0]) {
    return { ...command, card: CARD_KINDS[0] };
  }
  if (command.type === 'Add' && command.pet.price !== PLAIN_PRICE) {
    return { ...command, pet: { ...command.pet, price: PLAIN_PRICE } };
  }
  return undefined;
}
