import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LOG_STYLES } from './logger.ts';

/** One option of a program; its value is text until `schema` has it. */
interface Option {
  /** Turns the text given into the value; its message says what was expected. */
  readonly schema: z.ZodType<unknown, string>;
  readonly default: string;
  readonly help: string;
}

type Options = Readonly<Record<string, Option>>;
type Values<O extends Options> = { [K in keyof O]: z.output<O[K]['schema']> };

/** A whole number of `least` to `most`, as text. */
export const wholeNumber = (least: number, most: number) =>
  numberText(
    `must be a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );

/** A number of `least` to `most`, as text. */
export const decimal = (least: number, most: number) =>
  numberText(
    `must be a number from ${least} to ${most}`,
    (value) => value >= least && value <= most,
  );

/** Where a service listens. */
export const port = {
  schema: wholeNumber(0, 65_535),
  help: 'where to listen; 0 takes a free port',
};
export const host = {
  schema: z.string().min(1, 'must be an address'),
  default: '127.0.0.1',
  help: 'the address to listen at',
};

/** How a service logs. */
export const logStyle = {
  schema: z.enum(LOG_STYLES, 'must be json or text'),
  default: 'json',
  help: 'json, or text as old applications write it',
};

/** A URL of HTTP, as text. */
export const httpUrl = z.url({
  protocol: /^https?$/,
  message: 'must be a URL such as http://127.0.0.1:8080',
});

/**
 * The options of this process by name, checked. `--help` is answered on stdout
 * and ends the process with 0; a wrong option is a sentence on stderr, and 2.
 */
export function readOptions<O extends Options>(program: string, options: O): Values<O> {
  try {
    const values = parseOptions(options, process.argv.slice(2));
    if (values !== 'help') return values;
    process.stdout.write(usage(program, options));
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${program}: ${(error as Error).message}\nTry --help.\n`);
    return process.exit(2);
  }
}

/** The same for any arguments; throws an error that says which option is wrong, and how. */
export function parseOptions<O extends Options>(options: O, args: string[]): Values<O> | 'help' {
  const texts = Object.keys(options).map((name) => [name, { type: 'string' as const }]);
  const { values } = parseArgs({
    args,
    options: { help: { type: 'boolean' }, ...Object.fromEntries(texts) },
  });
  return 'help' in values ? 'help' : checked(options, values);
}

function checked<O extends Options>(
  options: O,
  given: Readonly<Record<string, unknown>>,
): Values<O> {
  const entries = Object.entries(options).map(([name, option]) => {
    const text = given[name] ?? option.default;
    const result = option.schema.safeParse(text);
    if (result.success) return [name, result.data];
    throw new Error(`--${name} ${result.error.issues[0]?.message}, not ${JSON.stringify(text)}`);
  });
  return Object.fromEntries(entries) as Values<O>;
}

const usage = (program: string, options: Options): string =>
  `${program}: options\n${Object.entries(options)
    .map(([name, option]) => {
      return `  ${`--${name}`.padEnd(22)}${option.help} (default ${option.default})\n`;
    })
    .join('')}`;

function numberText(message: string, fits: (value: number) => boolean) {
  return z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, message)
    .transform(Number)
    .refine(fits, message);
}
