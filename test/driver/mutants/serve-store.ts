import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createApp } from '../../../services/api.ts';
import type { Event } from '../../../services/petstore/events.ts';
import { petStoreRoutes } from '../../../services/petstore/routes.ts';
import { recordingLogger } from '../../services/recording-logger.ts';
import type { MakeStore } from './mutants.ts';

/**
 * Serves a store on a free port for as long as the test runs; after so many
 * events, between two requests, it is started anew from what happened.
 */
export async function serveStore(
  makeStore: MakeStore,
  restartEvery = Number.POSITIVE_INFINITY,
): Promise<number> {
  const happened: Event[] = [];
  const start = (): RequestListener =>
    createApp(petStoreRoutes(makeStore(happened), 'dev'), recordingLogger());
  let app = start();
  let restartAt = restartEvery;
  let underWay = 0;
  const server = createServer((request, response) => {
    if (underWay === 0 && happened.length >= restartAt) {
      app = start();
      restartAt = happened.length + restartEvery;
    }
    underWay++;
    response.once('close', () => underWay--);
    app(request, response);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
