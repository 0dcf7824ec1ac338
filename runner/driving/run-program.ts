import { setTimeout as wait } from 'node:timers/promises';
import type { Operation } from '../../driver/operation.ts';
import type { Answer, Command } from '../../driver/petstore/command.ts';
import type { Program } from '../../driver/petstore/program.ts';
import { NoAnswer, newTraceId, type PetStoreClient } from './petstore-client.ts';

/** What PetStore did with a program. */
export interface Run {
  readonly history: readonly Operation<Command, Answer>[];
  /** Why the first call that has no answer has none. */
  readonly noAnswer?: string;
}

export interface Running {
  readonly client: PetStoreClient;
  /** Later at each reading, in µs. */
  readonly now: () => number;
  /** Resolves when the next call may be made. */
  readonly pace: () => Promise<void>;
  readonly patience: Patience;
}

/** Seconds that may be waited for Payment, in all. */
interface Patience {
  secondsLeft: number;
}

const MAX_TRIES = 5;

/**
 * Runs a program: its prefix, then all its clients at the same time, each one
 * command after the other. A checkout for which Payment is unavailable is tried
 * again after the time that was asked for, a few times, as long as `patience`
 * lasts. After a call without an answer its client does no more. In the end
 * what the program made is taken away again. Rejects with a UserError where no
 * PetStore answers.
 */
export async function runProgram(program: Program, scope: string, running: Running): Promise<Run> {
  const { prefix, clients, inStep } = program;
  const history: Operation<Command, Answer>[] = [];
  let noAnswer: string | undefined;

  /** Whether the command was answered in the end. */
  const give = async (name: string, command: Command): Promise<boolean> => {
    for (let tries = 1; ; tries++) {
      await running.pace();
      const traceId = newTraceId();
      const about = { client: name, input: command, call: running.now(), traceId };
      try {
        const { answer, retryAfterSeconds } = await running.client.give(command, scope, traceId);
        history.push({ ...about, return: running.now(), output: answer });
        if (!isUnavailable(answer) || tries === MAX_TRIES) return true;
        if (!(await isWorthWaiting(retryAfterSeconds ?? 1, running.patience))) return true;
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        history.push(about);
        noAnswer ??= error.why;
        return false;
      }
    }
  };
  const giveAll = async (name: string, commands: readonly Command[]): Promise<void> => {
    for (const command of commands) if (!(await give(name, command))) return;
  };
  const giveInStep = async (): Promise<void> => {
    let acting = clients.map((commands, index) => ({ name: `${index + 1}`, commands }));
    for (let step = 0; acting.length > 0; step++) {
      const answered = await Promise.all(
        acting.map(async ({ name, commands }) => {
          const command = commands[step];
          return command !== undefined && (await give(name, command));
        }),
      );
      acting = acting.filter((_, index) => answered[index] === true);
    }
  };

  try {
    await giveAll('0', prefix);
    if (noAnswer === undefined) {
      await (inStep
        ? giveInStep()
        : Promise.all(clients.map((commands, index) => giveAll(`${index + 1}`, commands))));
    }
  } finally {
    await cleanUp(program, scope, running.client);
  }
  history.sort((a, b) => a.call - b.call);
  return { history, ...(noAnswer !== undefined && { noAnswer }) };
}

const isUnavailable = ({ type, reason }: Answer): boolean =>
  type === 'Error' && reason === 'PaymentUnavailable';

async function isWorthWaiting(seconds: number, patience: Patience): Promise<boolean> {
  if (seconds > patience.secondsLeft) return false;
  patience.secondsLeft -= seconds;
  await wait(seconds * 1e3);
  return true;
}

/** Logs out whoever may be logged in, which empties the baskets; then removes the pets. Whatever is answered is right. */
async function cleanUp(program: Program, scope: string, client: PetStoreClient): Promise<void> {
  const commands = [...program.prefix, ...program.clients.flat()];
  const users = new Set(
    commands.flatMap((command) => (command.type === 'UserLogin' ? command.user : [])),
  );
  const names = new Set(
    commands.flatMap((command) => (command.type === 'Add' ? command.pet.name : [])),
  );
  const give = (command: Command): Promise<void> =>
    client.give(command, scope).then(
      () => {},
      () => {},
    );
  await Promise.all([...users].map((user) => give({ type: 'UserLogout', user })));
  await Promise.all([...names].map((name) => give({ type: 'Remove', name })));
}
