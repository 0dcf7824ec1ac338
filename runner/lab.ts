import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeSpec } from './config.ts';
import type { RestartPolicy } from './restart-policy.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface LabOptions {
  /** Requests a second of the synthetic shoppers; 0 for none. */
  readonly traffic: number;
  /** Where PetStore keeps its events. */
  readonly folder: string;
  readonly petstorePort?: number;
  readonly paymentPort?: number;
}

/** The lab: what `onelog run` starts without a config file. */
export function labNodes({
  traffic,
  folder,
  petstorePort = 9090,
  paymentPort = 8080,
}: LabOptions): NodeSpec[] {
  const petstoreUrl = `http://127.0.0.1:${petstorePort}`;
  const paymentUrl = `http://127.0.0.1:${paymentPort}`;
  // Somebody who kills a node, to see what becomes of it, is to see it come back.
  const restart: RestartPolicy = {
    when: 'on-failure',
    limit: 10,
    delaySeconds: 1,
    maxDelaySeconds: 30,
  };
  const service = (name: string, args: string[], instrumented: boolean): NodeSpec => ({
    name,
    command: process.execPath,
    args: [
      ...(instrumented ? ['--import', join(root, 'instrumentation', 'register.ts')] : []),
      join(root, 'services', name, 'main.ts'),
      ...args,
    ],
    env: {},
    cwd: process.cwd(),
    restart,
  });
  return [
    {
      ...service('payment', ['--port', `${paymentPort}`], true),
      port: paymentPort,
      ready: { port: paymentPort },
    },
    {
      ...service(
        'petstore',
        [
          '--port',
          `${petstorePort}`,
          '--payment-url',
          paymentUrl,
          '--store',
          join(folder, 'petstore.ndjson'),
        ],
        true,
      ),
      port: petstorePort,
      ready: { port: petstorePort },
    },
    ...(traffic > 0
      ? [
          {
            ...service('shoppers', ['--petstore', petstoreUrl, '--rate', `${traffic}`], false),
            after: ['petstore'],
          },
        ]
      : []),
  ];
}
