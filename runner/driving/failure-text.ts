import { allowedAnswers } from '../../driver/allowed.ts';
import { lanes } from '../../driver/lanes.ts';
import { petStore } from '../../driver/petstore/model.ts';
import { terminalText } from '../../log/terminal-text.ts';
import type { Failure } from './campaign.ts';

/**
 * What went wrong, line by line, for people: the program, how a run of it went,
 * and the trace of each call.
 */
export function failureText(
  { program, history, finding }: Failure,
  traceUrl: (traceId: string) => string,
): string[] {
  const { stuck } = finding;
  const stop = stuck && {
    operation: stuck,
    note: `possible here: ${allowedAnswers(petStore, finding)}`,
  };
  return [
    'The smallest program found:',
    ...program.prefix.map((command) => `  first     ${petStore.describe(command)}`),
    ...program.clients.flatMap((commands, index) =>
      commands.map((command) => `  client ${index + 1}  ${petStore.describe(command)}`),
    ),
    '',
    'What each client saw (what comes first is client 0):',
    ...lanes(petStore, history, stop).map((line) => `  ${line}`),
    '',
    'The traces:',
    ...history.map(
      ({ client, input, traceId = '' }) =>
        `  client ${client}  ${traceUrl(traceId)}  ${petStore.describe(input)}`,
    ),
  ].map(terminalText);
}
