import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { UserError } from './user-error.ts';

/** Where spans are sent besides the embedded store, and where they are looked at. */
export interface JaegerTarget {
  /** Base URL of the OTLP receiver, such as `http://127.0.0.1:4318`. */
  readonly otlpUrl: string;
  /** Jaeger's UI and query API. */
  readonly queryUrl: string;
}

export type JaegerChoice =
  | { readonly kind: 'jaeger'; readonly target: JaegerTarget; readonly how: string }
  /** An engine answers: Jaeger can be started by `composeUp`, which takes its time. */
  | { readonly kind: 'compose'; readonly target: JaegerTarget; readonly how: string }
  | { readonly kind: 'embedded'; readonly how: string };

const LOCAL: JaegerTarget = {
  otlpUrl: 'http://127.0.0.1:4318',
  queryUrl: 'http://127.0.0.1:16686',
};

const COMPOSE_FILE = fileURLToPath(new URL('../docker-compose.yml', import.meta.url));

/**
 * Decides about Jaeger. `auto`: a Jaeger that answers is used, else one is
 * started where a Docker engine answers, else the embedded store has to do.
 * Throws a UserError for a word that is neither a choice nor an http URL.
 */
export async function chooseJaeger(wanted: string, queryUrl?: string): Promise<JaegerChoice> {
  const local = { ...LOCAL, ...(queryUrl !== undefined && { queryUrl }) };
  if (wanted === 'embedded') return { kind: 'embedded', how: 'as asked for' };
  if (wanted === 'compose') return { kind: 'compose', target: local, how: 'by docker compose' };
  if (wanted === 'auto') {
    if (await answersAsJaeger(local))
      return { kind: 'jaeger', target: local, how: 'found running' };
    const docker = await dockerEngine();
    return docker === true
      ? { kind: 'compose', target: local, how: 'by docker compose' }
      : { kind: 'embedded', how: `no Jaeger on 4318 and 16686, ${docker}` };
  }
  if (!URL.canParse(wanted) || !/^https?:$/.test(new URL(wanted).protocol)) {
    throw new UserError(
      `--jaeger: expected auto, compose, embedded or an OTLP URL such as ${LOCAL.otlpUrl}, not ${JSON.stringify(wanted)}`,
    );
  }
  const target = { otlpUrl: wanted, queryUrl: queryUrl ?? withPort(wanted, 16_686) };
  return { kind: 'jaeger', target, how: 'as asked for' };
}

/** Where Jaeger's own protocol is posted to: beside an OTLP receiver on its usual port, else the URL as it was given. */
export function thriftUrl({ otlpUrl }: JaegerTarget): string {
  return new URL(otlpUrl).port === '4318' ? withPort(otlpUrl, 14_268) : otlpUrl;
}

/**
 * Starts Jaeger by `docker compose up`. `progress` gets compose's own lines.
 * @returns undefined when Jaeger answers, else a sentence of why it does not
 */
export async function composeUp(
  target: JaegerTarget,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  const up = execa(
    'docker',
    ['compose', '-f', COMPOSE_FILE, '--progress', 'plain', 'up', '-d', 'jaeger'],
    {
      stdin: 'ignore',
      all: true,
      buffer: { stdout: false, stderr: false, all: false },
      reject: false,
      cancelSignal: signal,
    },
  );
  let last = '';
  for await (const line of up.iterable({ from: 'all' })) {
    if (line.trim() === '') continue;
    last = line;
    progress(line);
  }
  const { failed, shortMessage } = await up;
  if (failed) return last === '' ? (shortMessage ?? 'docker compose failed') : last;
  const deadline = Date.now() + 30_000;
  while (!signal.aborted && Date.now() < deadline) {
    if (await answersAsJaeger(target)) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return 'the container runs, but Jaeger did not answer within 30 s';
}

/** True, or why there is none. */
async function dockerEngine(): Promise<true | string> {
  const { failed, code } = await execa('docker', ['info', '--format', '{{.ServerVersion}}'], {
    stdin: 'ignore',
    reject: false,
    timeout: 3_000,
  });
  if (!failed) return true;
  return code === 'ENOENT' ? 'no docker command' : 'no Docker engine answers';
}

/** Both its query API, which names services, and its OTLP receiver, which takes an empty request. */
async function answersAsJaeger({ otlpUrl, queryUrl }: JaegerTarget): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(1_000);
    const [services, otlp] = await Promise.all([
      fetch(new URL('/api/services', queryUrl), { signal }),
      fetch(new URL('/v1/traces', otlpUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
        signal,
      }),
    ]);
    const body: unknown = await services.json();
    await otlp.body?.cancel();
    return typeof body === 'object' && body !== null && 'data' in body && otlp.ok;
  } catch {
    return false;
  }
}

function withPort(text: string, port: number): string {
  const url = new URL(text);
  url.port = `${port}`;
  url.pathname = '/';
  return url.href.replace(/\/$/, '');
}
