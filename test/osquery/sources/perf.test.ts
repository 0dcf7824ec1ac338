import { describe, expect, test } from 'vitest';
import { processesOf } from '../../../osquery/sources/perf.ts';

const TEXT = [
  ' node-MainThread 17907            e0db28 v8::internal::FieldIndex::ForPropertyIndex',
  ' node-MainThread 17907      7fdec3efac90 Builtins_ObjectSetPrototypeOf',
  ' node-MainThread 17907            e0db28 v8::internal::FieldIndex::ForPropertyIndex',
  ' a worker 12 17908      7fdea4093f3e [unknown]',
  '',
].join('\n');

describe('what perf script prints', () => {
  test('is counted by process and symbol', () => {
    const lab = [{ pid: 17907, node: 'petstore', instance: 'petstore@lab/17907.1' }];
    expect(processesOf(TEXT, lab)).toEqual([
      {
        pid: 17907,
        node: 'petstore',
        instance: 'petstore@lab/17907.1',
        samples: 3,
        symbols: [
          { symbol: 'v8::internal::FieldIndex::ForPropertyIndex', share: 0.6667 },
          { symbol: 'Builtins_ObjectSetPrototypeOf', share: 0.3333 },
        ],
      },
      { pid: 17908, samples: 1, symbols: [{ symbol: '[unknown]', share: 1 }] },
    ]);
  });
});
