import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { freePorts } from '../free-ports.ts';
import { eventually, onelog, outputOf, storedFirehose, temporaryFolder } from '../onelog.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = `one-log-test-${process.pid}`;
const folder = temporaryFolderOfTheFile();
const [petstorePort = 0, paymentPort = 0, pagePort = 0] = await freePorts(3);

const docker = (...args: string[]) => execa('docker', args, { reject: false, stdin: 'ignore' });

/** Compose on the lab's own file, with ports and a name of this test, and no port of Jaeger published. */
const compose = (...args: string[]) =>
  execa(
    'docker',
    [
      'compose',
      '-p',
      project,
      '-f',
      join(root, 'docker-compose.yml'),
      '-f',
      join(folder, 'override.yml'),
      '--profile',
      'all',
      '--progress',
      'plain',
      ...args,
    ],
    {
      reject: false,
      stdin: 'ignore',
      all: true,
      env: {
        ONELOG_PETSTORE_PORT: `${petstorePort}`,
        ONELOG_PAYMENT_PORT: `${paymentPort}`,
        ONELOG_PAGE_PORT: `${pagePort}`,
      },
    },
  );

const why = await whyNot();
if (why !== undefined) process.stderr.write(`skipped: the lab in containers: ${why}\n`);

describe.skipIf(why !== undefined)('the lab in containers', () => {
  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '2');
  }, 120_000);

  test('starts, traces checkouts over both services, and gives nobody more than needed', async () => {
    const up = await compose('up', '--detach', '--build', '--wait');
    expect({ said: up.all, exitCode: up.exitCode }).toMatchObject({ exitCode: 0 });

    const page = `http://127.0.0.1:${pagePort}`;
    const services = await eventually(async () => {
      const traces = await tracesOf(page);
      return traces.find((names) => names.length === 2);
    });
    expect(services).toEqual(['payment', 'petstore']);
    const elsewhere = await docker(
      'run',
      '--rm',
      '--network',
      `${project}_traces`,
      'one-log',
      '-e',
      `fetch('http://runner:${pagePort}/').then(({ status }) => console.log(status))`,
    );
    expect(elsewhere.stdout).toBe('403');
    const jaeger = await eventually(async () => {
      const { stdout } = await docker(
        'run',
        '--rm',
        '--network',
        `${project}_traces`,
        'one-log',
        '-e',
        "fetch('http://jaeger:16686/api/services').then((answer) => answer.text()).then(console.log)",
      );
      return stdout?.includes('petstore') === true && stdout.includes('payment')
        ? stdout
        : undefined;
    });
    expect(jaeger).toContain('payment');

    const hosts = await eventually(async () => {
      const { stdout = '' } = await compose(
        'exec',
        '-T',
        'runner',
        'node',
        '/app/runner/onelog.ts',
        'osquery',
        '--hosts',
      );
      return stdout.includes('osqueryd') ? stdout : undefined;
    });
    expect(hosts).toContain('osqueryd');

    const contained = ['payment', 'petstore', 'shoppers', 'runner', 'docker-proxy', 'osqueryd'];
    for (const service of contained) {
      const status = await compose(
        'exec',
        '-T',
        service,
        'sh',
        '-c',
        'grep -E "^(Uid|CapEff)" /proc/1/status; touch /x',
      );
      expect({ service, said: status.stdout }).toEqual({
        service,
        said: 'Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000',
      });
      expect(status.stderr).toContain('Read-only file system');
    }
    const ports = (await compose('ps', '--format', '{{.Ports}}')).stdout ?? '';
    expect(
      ports.match(/\d+\.\d+\.\d+\.\d+:|\[::\]:/g)?.filter((host) => host !== '127.0.0.1:'),
    ).toEqual([]);
  }, 600_000);

  test('shows a service that is killed, and goes on with the next of it', async () => {
    const cwd = temporaryFolder();
    const lab = onelog(cwd, [
      'run',
      '--docker',
      '--compose',
      project,
      '--page-port',
      '0',
      '--jaeger',
      'embedded',
    ]);
    await outputOf(lab, /reading .*petstore/);
    const { stdout: id = '' } = await compose('ps', '-q', 'petstore');
    await docker('kill', '--signal', 'KILL', id.trim());
    await outputOf(lab, /"msg":"exited","node":"petstore"/);
    await docker('start', id.trim());
    await outputOf(lab, /"node":"petstore".*"msg":"listening"/);
    lab.kill('SIGINT');
    await lab;
    const entries = storedFirehose(cwd);
    const petstore = entries.filter(({ node }) => node === 'petstore');
    const instances = [...new Set(petstore.map(({ instance }) => instance))];
    expect(instances.length).toBe(2);
    for (const name of instances) {
      const seqs = petstore.filter(({ instance }) => instance === name).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, index) => index));
    }
    // Docker's own copy of the log is the oracle: every line once, in its order.
    const { stdout: logs = '' } = await docker('logs', '--timestamps', id.trim());
    const times = logs.split('\n').map((line) => line.split(' ')[0] ?? '');
    const read = petstore.map(({ time }) => time ?? '');
    expect(read).toEqual(times.slice(0, read.length));
    const actions = entries.filter(({ node }) => node === 'docker').map(({ log }) => log['action']);
    expect(actions).toEqual(expect.arrayContaining(['die', 'start']));
  }, 120_000);
});

async function whyNot(): Promise<string | undefined> {
  if ((await docker('info')).exitCode !== 0) return 'no Docker engine answers';
  if ((await docker('compose', 'version')).exitCode !== 0) return 'there is no docker compose';
  const wanted = [
    ...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM (\S+)/gm),
    ...readFileSync(join(root, 'docker-compose.yml'), 'utf8').matchAll(/image: (\S+\/\S+)/g),
  ].map(([, image]) => image ?? '');
  for (const image of new Set(wanted)) {
    const { exitCode } = await docker('image', 'inspect', image);
    if (exitCode !== 0) return `the image ${image} is not on this machine (docker pull ${image})`;
  }
  return undefined;
}

/** The services of each trace that the page has. */
async function tracesOf(page: string): Promise<string[][]> {
  try {
    const answer = await fetch(`${page}/api/traces?service=petstore&limit=200`);
    const { data } = (await answer.json()) as {
      data: { processes: Record<string, { serviceName: string }> }[] | null;
    };
    return (data ?? []).map(({ processes }) =>
      [...new Set(Object.values(processes).map(({ serviceName }) => serviceName))].sort(),
    );
  } catch {
    return [];
  }
}

function temporaryFolderOfTheFile(): string {
  const path = mkdtempSync(join(tmpdir(), 'one-log-compose-'));
  writeFileSync(join(path, 'override.yml'), 'services: { jaeger: { ports: !override [] } }\n');
  afterAll(() => rmSync(path, { recursive: true }));
  return path;
}
