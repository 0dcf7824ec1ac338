import { createApp } from '../../services/api.ts';
import { Circuit } from '../../services/circuit.ts';
import type { Event } from '../../services/petstore/events.ts';
import type { Pay } from '../../services/petstore/payment-client.ts';
import { PetStore } from '../../services/petstore/petstore.ts';
import { petStoreRoutes } from '../../services/petstore/routes.ts';
import { emptyState } from '../../services/petstore/state.ts';
import { recordingLogger } from './recording-logger.ts';
import { served } from './served.ts';

export const card = { number: '4111 1111 1111 1111', expiry: '12/39', cvc: '987' };

interface Parts {
  readonly pay?: Pay;
  readonly mode?: 'dev' | 'prod';
  readonly append?: (event: Event) => void;
}

/** A PetStore that serves for as long as the test runs, with nothing but HTTP real. */
export async function petStoreApp({ pay = async () => {}, mode = 'dev', append }: Parts = {}) {
  const log = recordingLogger();
  const circuit = new Circuit();
  const events: Event[] = [];
  const keep = append ?? ((event: Event) => void events.push(event));
  const store = new PetStore({ state: emptyState(), append: keep, pay, circuit, log });
  const routes = petStoreRoutes(store, mode);
  return { ask: await served(createApp(routes, log)), routes, events, log, circuit };
}
