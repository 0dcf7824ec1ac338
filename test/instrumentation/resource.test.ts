import { expect, test } from 'vitest';
import { serviceResource } from '../../instrumentation/resource.ts';

const origin = {
  entry: '/lab/services/petstore/main.ts',
  host: 'lab-1',
  pid: 4711,
  startedSeconds: 99,
};

test.each([
  ['the entry folder names a service nobody else names', {}, 'petstore', 'petstore@lab-1/4711.99'],
  [
    'who started it says which node it is, and since when',
    { ONELOG_NODE: 'store-2', ONELOG_STARTED: '1795363100' },
    'store-2',
    'store-2@lab-1/4711.1795363100',
  ],
  [
    'OTEL_SERVICE_NAME names the service, not the instance',
    { OTEL_SERVICE_NAME: 'shop', ONELOG_NODE: 'store-2' },
    'shop',
    'store-2@lab-1/4711.99',
  ],
])('%s', (_title, env, name, instance) => {
  expect(serviceResource({ ...origin, env })).toEqual({
    'service.name': name,
    'service.instance.id': instance,
  });
});
