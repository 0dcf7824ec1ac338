import { randomInt } from 'node:crypto';
import { createApp } from '../api.ts';
import { Circuit } from '../circuit.ts';
import { doorCommands, obey } from '../control.ts';
import { dice } from '../dice.ts';
import { Door } from '../door.ts';
import { createLogger } from '../logger.ts';
import { decimal, host, logStyle, port, readOptions, wholeNumber } from '../options.ts';
import { serve } from '../server.ts';
import { Payment } from './payment.ts';
import { prose } from './prose.ts';
import { paymentRoutes } from './routes.ts';

const options = readOptions('payment', {
  port: { ...port, default: '8080' },
  host,
  'failure-rate': {
    schema: decimal(0, 1),
    default: '0.2',
    help: 'how many good cards are refused at random',
  },
  seed: {
    schema: wholeNumber(0, 2 ** 32 - 1),
    default: String(randomInt(2 ** 32)),
    help: 'what that chance depends on, alone',
  },
  'log-style': logStyle,
});

const log = createLogger({ name: 'payment', style: options['log-style'], prose });
const payment = new Payment({
  failureRate: options['failure-rate'],
  roll: dice(options.seed),
  now: Date.now,
  circuit: new Circuit(),
  log,
});

log.info('dice seeded', { seed: options.seed, rate: options['failure-rate'] });
const door = new Door();
obey(process.stdin, { ...payment.commands(), ...doorCommands(door) }, log);
await serve({
  host: options.host,
  port: options.port,
  log,
  door,
  open: () => createApp(paymentRoutes(payment), log),
});
