import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Circuit } from './circuit.ts';
import type { Door } from './door.ts';
import type { Logger } from './logger.ts';

/** One command: what it takes besides its name, and what it does. */
export interface Command<Fields = unknown> {
  readonly fields: z.ZodType<Fields>;
  run(fields: Fields): void;
}

/** Keeps a command's fields and what it does of one mind about types. */
export function command<Fields>(command: Command<Fields>): Command {
  return command as Command;
}

/** What every service with a circuit understands. */
export function circuitCommands(circuit: Circuit): Record<string, Command> {
  return {
    BreakCircuit: command({ fields: z.strictObject({}), run: () => circuit.break() }),
    RestoreCircuit: command({ fields: z.strictObject({}), run: () => circuit.restore() }),
  };
}

/** What every service with a door understands. */
export function doorCommands(door: Door): Record<string, Command> {
  return {
    StopListening: command({ fields: z.strictObject({}), run: () => door.close() }),
    StartListening: command({ fields: z.strictObject({}), run: () => door.open() }),
  };
}

/** Longest command read, in characters. */
const MAX_LINE = 4096;

/**
 * Obeys commands that come as JSON lines, `{"command":"SetDelay","ms":200}`,
 * and answers each in the log. What is no command is answered by a warning that
 * names what is; the end of the input changes nothing.
 */
export function obey(
  input: Readable,
  commands: Readonly<Record<string, Command>>,
  log: Logger,
): void {
  let held = '';
  let overlong = false;
  input.setEncoding('utf8');
  input.on('data', (chunk: string) => {
    const lines = (held + chunk).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) {
      if (overlong) overlong = false;
      else if (line.trim() !== '') execute(line, commands, log);
    }
    if (held.length > MAX_LINE) {
      if (!overlong) refuse(`a line of at most ${MAX_LINE} characters`, log);
      overlong = true;
      held = '';
    }
  });
  input.on('error', () => {}); // a terminal that went away says no more
}

function execute(line: string, commands: Readonly<Record<string, Command>>, log: Logger): void {
  const message = Message.safeParse(line);
  const { command: name = '', ...fields } = message.data ?? {};
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    return refuse(`{"command": one of ${Object.keys(commands).join(', ')}} as a line of JSON`, log);
  }
  const given = command.fields.safeParse(fields);
  if (!given.success) {
    return refuse(
      `${name} with ${given.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
      log,
    );
  }
  command.run(given.data);
  log.info('command accepted', { command: name, ...fields });
}

const refuse = (expected: string, log: Logger): void => log.warn('command refused', { expected });

const Message = z
  .string()
  .transform((line, context): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.looseObject({ command: z.string() }));
