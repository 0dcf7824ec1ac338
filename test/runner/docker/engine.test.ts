import { describe, expect, test } from 'vitest';
import { engineAddress } from '../../../runner/docker/engine.ts';

describe('DOCKER_HOST', () => {
  test.each([
    ['unix:///var/run/docker.sock', { socketPath: '/var/run/docker.sock' }],
    ['tcp://127.0.0.1:2375', { host: '127.0.0.1', port: 2375 }],
    ['tcp://localhost', { host: 'localhost', port: 2375 }],
    ['tcp://[::1]:99', { host: '::1', port: 99 }],
  ])('%s is an engine here', (text, address) => {
    expect(engineAddress(text)).toEqual(address);
  });

  test.each([
    'tcp://10.0.0.1:2375',
    'ssh://me@host',
    'unix://',
    'docker',
    'https://127.0.0.1:2376',
  ])('%s is refused', (text) => {
    expect(() => engineAddress(text)).toThrow('DOCKER_HOST: expected unix:///path');
  });
});
