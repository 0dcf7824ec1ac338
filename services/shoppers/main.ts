import { randomInt } from 'node:crypto';
import { dice } from '../dice.ts';
import { createLogger } from '../logger.ts';
import { decimal, httpUrl, readOptions, wholeNumber } from '../options.ts';
import { petStoreClient } from './client.ts';
import { crowd } from './crowd.ts';

const options = readOptions('shoppers', {
  petstore: { schema: httpUrl, default: 'http://127.0.0.1:9090', help: 'where PetStore is' },
  rate: { schema: decimal(0.01, 1000), default: '5', help: 'requests a second, of all together' },
  seed: {
    schema: wholeNumber(0, 2 ** 32 - 1),
    default: String(randomInt(2 ** 32)),
    help: 'what their choices depend on',
  },
});

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));

await crowd({
  ask: petStoreClient(options.petstore),
  roll: dice(options.seed),
  rate: options.rate,
  log: createLogger({ name: 'shoppers', style: 'json', prose: {} }),
});
