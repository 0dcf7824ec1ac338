import fc from 'fast-check';
import { CARD_KINDS, type Command } from './command.ts';
import { petStore } from './model.ts';
import { outcomes, type State } from './outcomes.ts';
import { smallerPrograms } from './smaller-programs.ts';

/** What a test does: a sequential beginning, then what each client does at the same time. */
export interface Program {
  readonly prefix: readonly Command[];
  readonly clients: readonly (readonly Command[])[];
  /** Whether the clients wait for each other before each command, so that they give it at the same moment. */
  readonly inStep: boolean;
}

/** A command, and whether it is to be given even where it is sure to be refused or to change nothing. */
interface Wish {
  readonly command: Command;
  readonly regardless: boolean;
}

/**
 * Random programs of at most `maxCommands` commands for so many clients: few
 * pets and users, so that the clients get into each other's way. Commands that
 * are good for something are preferred, by what the model says of the state
 * before each; one in six is given regardless.
 */
export function programs(clients: number, maxCommands: number): fc.Arbitrary<Program> {
  // One for each client first; those beyond that have nothing to do.
  const busy = Math.min(clients, maxCommands);
  const prefixLength = busy === 1 ? 0 : Math.min(Math.floor(maxCommands / 3), maxCommands - busy);
  const length = Math.floor((maxCommands - prefixLength) / busy);
  const wishes = (length: number): fc.Arbitrary<Wish[]> =>
    fc.array(wish, { maxLength: length * WISHES_A_COMMAND, size: 'max' });
  const random = fc
    .record({
      prefix: wishes(prefixLength),
      clients: fc.array(wishes(length), { minLength: busy, maxLength: busy }),
      inStep: fc.boolean(),
    })
    .map((wished) => {
      const first = worthwhile(wished.prefix, prefixLength, petStore.initial);
      return {
        prefix: first.commands,
        clients: wished.clients
          .map((list) => worthwhile(list, length, first.state).commands)
          .filter((commands) => commands.length > 0),
        inStep: wished.inStep,
      };
    });
  return new ProgramArbitrary(random);
}

/** Programs of `random`, made smaller as programs: to drop a wish that was not granted anyway would be no step. */
class ProgramArbitrary extends fc.Arbitrary<Program> {
  readonly #random: fc.Arbitrary<Program>;

  constructor(random: fc.Arbitrary<Program>) {
    super();
    this.#random = random;
  }

  override generate(random: fc.Random, biasFactor: number | undefined): fc.Value<Program> {
    return new fc.Value(this.#random.generate(random, biasFactor).value, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Program {
    return value !== undefined;
  }

  override shrink(program: Program): fc.Stream<fc.Value<Program>> {
    return fc.stream(smallerPrograms(program)).map((smaller) => new fc.Value(smaller, undefined));
  }
}

/** So many are dropped that a test would be short otherwise. */
const WISHES_A_COMMAND = 4;

const SPECIES = ['Cat', 'Dog', 'Canary', 'Fish', 'Rabbit'] as const;

const name = fc.constantFrom('Rex', 'Tom', 'Tweety');
const user = fc.constantFrom('ann', 'ann', 'ann', 'bob');
const price = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 99_999 }), weight: 4 },
  fc.constant(0),
);
const species = fc.constantFrom(...SPECIES);
const card = fc.oneof(
  { arbitrary: fc.constant(CARD_KINDS[0]), weight: 6 },
  fc.constantFrom(...CARD_KINDS),
);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('Add'), pet: fc.record({ name, species, price }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('Remove'), name }) },
  { weight: 3, arbitrary: fc.constant({ type: 'ListPets' }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('UserLogin'), user }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('UserLogout'), user }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('AddToBasket'), user, name }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('RemoveFromBasket'), user, name }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('GetUserBasket'), user }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('CheckoutBasket'), user, card }) },
);

const wish: fc.Arbitrary<Wish> = fc.record({
  command,
  regardless: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 5),
});

/** The first `length` commands that meet their preconditions one after the other from `state` on, and the state they lead to. */
function worthwhile(
  wishes: readonly Wish[],
  length: number,
  state: State,
): { commands: Command[]; state: State } {
  const commands: Command[] = [];
  for (const { command, regardless } of wishes) {
    if (commands.length === length) break;
    if (!regardless && !isWorthwhile(state, command)) continue;
    commands.push(command);
    state = outcomes(state, command)[0]?.state ?? state;
  }
  return { commands, state };
}

/** The precondition of `command`: it is a question that has an answer, or is likely to change something. */
function isWorthwhile(state: State, command: Command): boolean {
  const [usual] = outcomes(state, command);
  const isQuestion = command.type === 'ListPets' || command.type === 'GetUserBasket';
  return (
    usual !== undefined && (isQuestion ? usual.answer.type !== 'Error' : usual.state !== state)
  );
}
