import { describe, expect, test } from 'vitest';
import { campaign, type Standing } from '../../runner/driving/campaign.ts';
import { PetStoreClient } from '../../runner/driving/petstore-client.ts';
import { MUTANTS, trueStore } from './mutants/mutants.ts';
import { serveStore } from './mutants/serve-store.ts';

const RESTART_EVERY = 7;

async function drive(port: number, tests: number, given: object = {}): Promise<Standing> {
  const client = new PetStoreClient('127.0.0.1', port, 10_000);
  const found = new AbortController();
  const standing = await campaign(client, {
    clients: 4,
    maxCommands: 40,
    tests,
    signal: found.signal,
    onProgress: ({ isShrinking }) => {
      if (isShrinking) found.abort();
    },
    ...given,
  });
  client.close();
  return standing;
}

describe('the driver', () => {
  test.each(Object.entries(MUTANTS))('finds a PetStore that %s', async (_what, makeStore) => {
    const port = await serveStore(makeStore, RESTART_EVERY);
    const { failure } = await drive(port, 100);
    expect(failure?.finding.stuck).toBeDefined();
  });

  test('finds nothing in the true PetStore, restarted again and again', async () => {
    const { failure, passed, undecided } = await drive(
      await serveStore(trueStore, RESTART_EVERY),
      100,
    );
    expect(failure).toBeUndefined();
    expect({ passed, undecided }).toEqual({ passed: 100, undecided: 0 });
  });
});
