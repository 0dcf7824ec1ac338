/**
 * The embedded osquery agent as a process, with osqueryd's flags. It says what it
 * does on stderr, a JSON object a line, and ends at once on SIGTERM and SIGINT.
 */
import { Agent } from './agent.ts';
import { FlagError, parseFlags } from './flags.ts';
import { TransportError } from './tls-transport.ts';

const say = (line: object): void => void process.stderr.write(`${JSON.stringify(line)}\n`);

try {
  const { flags, unused } = parseFlags(process.argv.slice(2));
  if (unused.length > 0) {
    say({
      level: 'info',
      msg: `Flags that mean nothing to the embedded agent: ${unused.join(', ')}`,
    });
  }
  const agent = new Agent(flags, say);
  const stop = async (): Promise<void> => {
    const { unsent } = agent;
    if (unsent > 0) say({ level: 'info', msg: `Stopping with ${unsent} log items not sent` });
    await agent.close();
    process.exit();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  if (!(error instanceof FlagError || error instanceof TransportError)) throw error;
  say({ level: 'error', msg: error.message });
  process.exitCode = 2;
}
