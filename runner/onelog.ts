/** The program: every subcommand, in the order of `--help`. What each does is a file in commands/, read only when it is called. */
import { Command, CommanderError } from 'commander';
import { declareRun } from './cli/run.ts';
import { declareSpans } from './cli/spans.ts';
import { declareDriver } from './cli/driver.ts';
import { declareLinearize } from './cli/linearize.ts';
import { declareCompare } from './cli/compare.ts';
import { declareRules } from './cli/rules.ts';
import { declareInit } from './cli/init.ts';
import { declareDockerProxy } from './cli/docker-proxy.ts';
import { declareOsquery } from './cli/osquery.ts';
import { declareFlamegraph } from './cli/flamegraph.ts';
import { declarePage } from './cli/page.ts';
import { declareSend } from './cli/send.ts';
import { declareFault } from './cli/fault.ts';
import { declareIncident } from './cli/incident.ts';
import { UserError } from './user-error.ts';

const program = new Command('onelog')
  .description('Traces, incidents and replays from the logs a system already writes')
  .configureHelp({ showGlobalOptions: false })
  .exitOverride()
  .showSuggestionAfterError();

const declarations = [
  declareRun,
  declareSpans,
  declareDriver,
  declareLinearize,
  declareCompare,
  declareRules,
  declareInit,
  declareDockerProxy,
  declareOsquery,
  declareFlamegraph,
  declarePage,
  declareSend,
  declareFault,
  declareIncident,
];
for (const declare of declarations) declare(program);

// A terminal that has gone away takes no messages; that is no reason to stop halfway.
process.stderr.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said it; its own 1 for wrong use is our 2.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UserError) {
    process.stderr.write(`one-log: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    throw error;
  }
}
