import { TraceStore } from '../../export/trace-store.ts';
import { SpanRebuilder, type RebuiltSpan } from '../../spans/rebuild.ts';
import { LabFolder } from '../lab-folder.ts';
import { openPage } from '../page.ts';
import { readStored } from '../read-stored.ts';
import { say } from '../say.ts';
import { StopRequest } from '../stop-request.ts';

export interface PageCommandOptions {
  readonly log?: string;
  readonly pagePort: number;
}

const STORE_BATCH = 1_000;

/** Serves the page over a stored firehose, until it is asked to stop. */
export async function page({ log, pagePort }: PageCommandOptions): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const path = log ?? new LabFolder(process.cwd()).defaultLog;
  // A log may be from long ago: its age is no reason to forget.
  const store = new TraceStore(':memory:', { maxAgeSeconds: Number.POSITIVE_INFINITY });
  cleanup.defer(() => store.close());
  let rebuilt: RebuiltSpan[] = [];
  const rebuilder = new SpanRebuilder((span) => rebuilt.push(span));
  const keep = (): void => {
    store.add(rebuilt);
    rebuilt = [];
  };
  for await (const entries of readStored([path])) {
    for (const entry of entries) rebuilder.push(entry);
    if (rebuilt.length >= STORE_BATCH) keep();
  }
  rebuilder.end();
  keep();
  const running = await openPage(store, pagePort);
  cleanup.defer(() => running.close());
  const { complete, incomplete, lines } = rebuilder.counts;
  say(`${complete + incomplete} spans from ${lines} lines of ${path}`);
  say(`open ${running.url} · Ctrl+C stops`);
  const stop = new StopRequest(() => {});
  cleanup.defer(() => stop.dispose());
  await stop.asked;
}
