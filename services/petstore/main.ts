import { z } from 'zod';
import { createApp } from '../api.ts';
import { Circuit } from '../circuit.ts';
import { circuitCommands, doorCommands, obey } from '../control.ts';
import { Door } from '../door.ts';
import { createLogger } from '../logger.ts';
import { host, httpUrl, logStyle, port, readOptions, wholeNumber } from '../options.ts';
import { serve } from '../server.ts';
import { EventStore } from './event-store.ts';
import { paymentClient } from './payment-client.ts';
import { PetStore } from './petstore.ts';
import { prose } from './prose.ts';
import { petStoreRoutes } from './routes.ts';
import { emptyState, replay } from './state.ts';

const options = readOptions('petstore', {
  port: { ...port, default: '9090' },
  host,
  'payment-url': { schema: httpUrl, default: 'http://127.0.0.1:8080', help: 'where Payment is' },
  'payment-timeout-ms': {
    schema: wholeNumber(1, 600_000),
    default: '3000',
    help: 'how long Payment may take to answer',
  },
  store: {
    schema: z.string().min(1, 'must be a file'),
    default: '.onelog/petstore.ndjson',
    help: 'the file of events',
  },
  mode: {
    schema: z.enum(['dev', 'prod'], 'must be dev or prod'),
    default: 'dev',
    help: 'dev has DELETE /_reset and GET /swagger.json too',
  },
  'log-style': logStyle,
});

const log = createLogger({ name: 'petstore', style: options['log-style'], prose });
const circuit = new Circuit();
let store: EventStore | undefined;

const door = new Door();
obey(process.stdin, { ...circuitCommands(circuit), ...doorCommands(door) }, log);
await serve({
  host: options.host,
  port: options.port,
  log,
  door,
  open() {
    let state = emptyState();
    const opened = new EventStore(options.store, (event) => (state = replay(state, event)), log);
    store = opened;
    const petStore = new PetStore({
      state,
      append: (event) => opened.append(event),
      pay: paymentClient(options['payment-url'], options['payment-timeout-ms']),
      circuit,
      log,
    });
    return createApp(petStoreRoutes(petStore, options.mode), log);
  },
  close: () => store?.close(),
});
