import { readFileSync } from 'node:fs';
import type { AgentFlags } from './flags.ts';
import { platformMask } from './host-facts.ts';
import { pause } from './pause.ts';
import type { StatusLog } from './status-log.ts';
import { TransportError, type JsonObject, type TlsTransport } from './tls-transport.ts';

export interface EnrollmentOptions {
  readonly flags: AgentFlags;
  readonly transport: TlsTransport;
  readonly hostIdentifier: string;
  readonly status: Pick<StatusLog, 'warning'>;
  readonly signal: AbortSignal;
  /** The first row of each table that tells who this host is. */
  readonly hostDetails: () => Promise<JsonObject>;
}

/**
 * The agent's standing with the server: a node key, asked for before the first
 * call and again after the server has called it invalid. Who needs a key while
 * one is asked for waits for that.
 */
export class Enrollment {
  readonly #options: EnrollmentOptions;
  #nodeKey: Promise<string> | undefined;

  constructor(options: EnrollmentOptions) {
    this.#options = options;
  }

  /**
   * Posts what `body` makes of the node key. Rejects with a TransportError, also
   * for `node_invalid`: the next call asks for a new key then.
   */
  async call(
    path: string,
    body: (nodeKey: string) => string,
    options: { readonly compress?: boolean } = {},
  ): Promise<JsonObject> {
    const { transport, signal } = this.#options;
    const asked = (this.#nodeKey ??= this.#enroll());
    const nodeKey = await asked;
    const answer = await transport.post(path, body(nodeKey), { ...options, nodeKey, signal });
    if (answer['node_invalid'] !== true) return answer;
    // Unless somebody else has asked for a new one already.
    if (this.#nodeKey === asked) this.#nodeKey = undefined;
    throw new TransportError(`${path}: the server no longer knows this node`);
  }

  /** Tries until it is given a key, with growing pauses: 1, 4, 9… s. */
  async #enroll(): Promise<string> {
    const { flags, status, signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#request();
      } catch (error) {
        signal.throwIfAborted();
        status.warning(`Failed enrollment request (${(error as Error).message}) retrying...`);
      }
      await pause(() => Math.min(attempt ** 2, flags.tls_enroll_max_interval), signal);
    }
  }

  async #request(): Promise<string> {
    const { flags, transport, hostIdentifier, hostDetails, signal } = this.#options;
    const body = JSON.stringify({
      enroll_secret: secretIn(flags.enroll_secret_path),
      host_identifier: hostIdentifier,
      platform_type: String(platformMask),
      host_details: await hostDetails(),
    });
    const answer = await transport.post(flags.enroll_tls_endpoint, body, { signal });
    const key = answer['node_key'] ?? answer['id'];
    if (typeof key === 'string' && key !== '') return key;
    throw new TransportError('No node key returned from TLS enroll plugin');
  }
}

/** Read anew for each attempt: a secret may come later than the agent. */
const secretIn = (path: string): string => (path === '' ? '' : readFileSync(path, 'utf8').trim());
