import { Option, type Command } from 'commander';

export function declareCompare(program: Command): void {
  program
    .command('compare')
    .description('how well rebuilt spans are the true ones; exits with 1 where they differ')
    .argument('<true>', 'spans as NDJSON, OTLP JSON or Jaeger JSON; - reads stdin')
    .argument('<rebuilt>', 'the same of the rebuilt ones')
    .addOption(
      new Option('--by <what>', 'how spans are matched: by their ids, or by service, name and time')
        .choices(['auto', 'ids', 'shape'])
        .default('auto'),
    )
    .addOption(
      new Option('--format <format>', 'of the result on stdout')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(async (real, rebuilt, options) =>
      (await import('../commands/compare.ts')).compare(real, rebuilt, options),
    );
}
