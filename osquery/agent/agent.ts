import { createHash } from 'node:crypto';
import { hostname, platform } from 'node:os';
import { readConfig } from './agent-config.ts';
import { Decorations } from './decorations.ts';
import { answerQueries } from './distributed.ts';
import { Enrollment } from './enrollment.ts';
import { withOptions, type AgentFlags } from './flags.ts';
import { hostFacts, instanceId, OSQUERY_VERSION } from './host-facts.ts';
import { LineQueue } from './line-queue.ts';
import { sendLog } from './log-sender.ts';
import { pause } from './pause.ts';
import { QueryRunner } from './query-runner.ts';
import { rowsOf, textRow } from './row-text.ts';
import { Scheduler } from './scheduler.ts';
import { StatusLog, type StatusLogOptions } from './status-log.ts';
import type { AgentFacts } from './tables/table.ts';
import { hardwareUuid } from './tables/system-info.ts';
import { TlsTransport, type JsonObject } from './tls-transport.ts';

/** Of each kind of log items, in UTF-16 units, beside `buffered_log_max`, their number. */
const MAX_BUFFERED_LENGTH = 32 * 1024 * 1024;

/** The tables whose first rows tell the server who enrolls. */
const HOST_DETAILS = ['os_version', 'osquery_info', 'system_info', 'platform_info'];

type AgentRunner = Pick<QueryRunner, 'run' | 'close'>;

/**
 * An osquery agent: a client of osquery's remote API, which runs the queries of
 * the server's configuration over its own tables and sends what they give. It
 * does what osqueryd does with the same flags, and keeps nothing when it ends.
 */
export class Agent {
  readonly #given: AgentFlags;
  /** The given flags with the configuration's options over them. */
  #flags: AgentFlags;
  readonly #stopping = new AbortController();
  readonly #transport: TlsTransport;
  readonly #runner: AgentRunner;
  readonly #results: LineQueue;
  readonly #statuses: LineQueue;
  readonly #status: StatusLog;
  readonly #enrollment: Enrollment;
  readonly #decorations: Decorations;
  readonly #scheduler: Scheduler;
  /** Of the configuration that is in use, as the server gave it. */
  #configText = '';
  readonly #loops: Promise<unknown>;

  /**
   * Starts it. Throws a TransportError for a `tls_hostname` that is none.
   *
   * @param say gets a line about what it does, now and then
   * @param runner runs its queries; it is closed with the agent
   */
  constructor(
    flags: AgentFlags,
    say: StatusLogOptions['say'],
    runner: AgentRunner = new QueryRunner({ dockerSocket: flags.docker_socket }),
  ) {
    this.#given = flags;
    this.#flags = flags;
    const { signal } = this.#stopping;
    const hostIdentifier = identifierOf(flags);
    const bounds = { maxLines: flags.buffered_log_max, maxLength: MAX_BUFFERED_LENGTH };
    const current = (): AgentFlags => this.#flags;
    const facts = (sql: string): AgentFacts => this.#factsFor(sql);

    this.#transport = new TlsTransport(flags.tls_hostname, flags.tls_server_certs);
    this.#runner = runner;
    this.#results = new LineQueue(bounds);
    this.#statuses = new LineQueue(bounds);
    this.#status = new StatusLog({
      hostIdentifier,
      decorations: () => this.#decorations.current,
      decorationsAtTop: () => this.#flags.decorations_top_level,
      add: (item) => this.#statuses.add(item),
      say,
    });
    const own = { runner: this.#runner, status: this.#status, flags: current, facts };
    this.#decorations = new Decorations(own);
    this.#scheduler = new Scheduler({
      ...own,
      hostIdentifier,
      decorations: this.#decorations,
      add: (item) => this.#results.add(item),
    });
    this.#enrollment = new Enrollment({
      flags,
      transport: this.#transport,
      hostIdentifier,
      status: this.#status,
      signal,
      hostDetails: () => this.#hostDetails(),
    });
    const calls = { ...own, enrollment: this.#enrollment, signal };
    const loops = [
      this.#keepConfig(signal),
      this.#keepSchedule(signal),
      sendLog({ ...calls, type: 'result', queue: this.#results }),
      sendLog({ ...calls, type: 'status', queue: this.#statuses }),
      answerQueries(calls),
    ];
    // They end when all is stopped; an error before that is a fault of ours, and ends the process.
    this.#loops = Promise.all(
      loops.map((loop) =>
        loop.catch((error: unknown) => {
          if (!signal.aborted) throw error;
        }),
      ),
    );
  }

  /** How many log items wait for the server. */
  get unsent(): number {
    return this.#results.length + this.#statuses.length;
  }

  /** Stops all at once; log items that the server has not taken are lost. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#runner.close();
    this.#transport.close();
    await this.#loops;
  }

  /** Fetches the configuration, and again every `config_refresh`, sooner after a failure. */
  async #keepConfig(signal: AbortSignal): Promise<void> {
    for (let failures = 0; ;) {
      try {
        const { node_invalid: _, ...config } = await this.#enrollment.call(
          this.#given.config_tls_endpoint,
          (nodeKey) => JSON.stringify({ node_key: nodeKey }),
        );
        await this.#load(config);
        failures = 0;
        if (this.#flags.config_refresh === 0) return;
      } catch (error) {
        signal.throwIfAborted();
        failures++;
        this.#status.warning(`Could not get a configuration: ${(error as Error).message}`);
      }
      const most = this.#flags.config_accelerated_refresh;
      const seconds = failures === 0 ? this.#flags.config_refresh : Math.min(failures ** 2, most);
      await pause(() => seconds, signal);
    }
  }

  async #load(config: JsonObject): Promise<void> {
    const text = JSON.stringify(config);
    if (text === this.#configText) return;
    const read = readConfig(config, {
      platform: platform(),
      version: OSQUERY_VERSION,
      shard: shardOf(hostname()),
      defaultIntervalSeconds: this.#flags.schedule_default_interval,
      packDelimiter: this.#flags.pack_delimiter,
    });
    const { flags, unused } = withOptions(this.#given, read.options);
    this.#configText = text;
    this.#flags = flags;
    for (const problem of read.problems) this.#status.warning(`Configuration: ${problem}`);
    if (unused.length > 0) {
      this.#status.info(`Options that mean nothing to the embedded agent: ${unused.join(', ')}`);
    }
    await this.#decorations.load(read.decorators);
    this.#scheduler.load(read);
    this.#status.info(`Configuration loaded: ${read.schedule.length} queries`);
    // Nothing is due within no time, but for what is to run at the start.
    const now = Math.floor(Date.now() / 1000);
    await this.#scheduler.run(now, now);
  }

  /** Runs the schedule, second by second; seconds that a long query took are made up for. */
  async #keepSchedule(signal: AbortSignal): Promise<void> {
    for (let last = Math.floor(Date.now() / 1000); ;) {
      const rest = 1 - ((Date.now() / 1000) % 1);
      await pause(() => rest, signal);
      const now = Math.floor(Date.now() / 1000);
      for (let second = last + 1; second <= now; second++) await this.#decorations.atSecond(second);
      await this.#scheduler.run(last, now);
      last = Math.max(last, now);
    }
  }

  async #hostDetails(): Promise<JsonObject> {
    const details = await Promise.all(
      HOST_DETAILS.map(async (table) => {
        const sql = `select * from ${table}`;
        const [row] = rowsOf((await this.#runner.run(sql, this.#factsFor(sql))).result);
        return row === undefined ? [] : [[table, textRow(row)]];
      }),
    );
    return Object.fromEntries(details.flat()) as JsonObject;
  }

  /** The schedule is long: only a query that may ask for it carries it. */
  #factsFor(sql: string): AgentFacts {
    const text = this.#configText;
    const info = {
      ...hostFacts(),
      config_valid: Number(text !== ''),
      config_hash: text === '' ? '' : createHash('sha1').update(text).digest('hex'),
    };
    const asks = /osquery_schedule/i.test(sql);
    return { info, schedule: asks ? this.#scheduler.rows(Math.floor(Date.now() / 1000)) : [] };
  }
}

/** As osquery's `host_identifier` has it; the host's name where the hardware tells no id. */
function identifierOf(flags: AgentFlags): string {
  switch (flags.host_identifier) {
    case 'uuid':
      return hardwareUuid() || hostname();
    case 'instance':
    case 'ephemeral':
      return instanceId;
    case 'specified':
      return flags.specified_identifier || hostname();
    default:
      return hostname();
  }
}

/** 0 to 100 by the host's name: the same for the same name, and evenly spread over many. */
function shardOf(name: string): number {
  const [first = 0] = createHash('sha1').update(name).digest();
  return Math.floor((first * 100) / 255);
}
