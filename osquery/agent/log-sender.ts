import type { Enrollment } from './enrollment.ts';
import type { AgentFlags } from './flags.ts';
import type { LineQueue } from './line-queue.ts';
import { pause } from './pause.ts';
import type { StatusLog } from './status-log.ts';

/** A server takes no endless body. */
const MAX_BODY_LENGTH = 4 * 1024 * 1024;

export interface LogSenderOptions {
  readonly type: 'result' | 'status';
  readonly queue: LineQueue;
  readonly enrollment: Enrollment;
  readonly status: Pick<StatusLog, 'warning'>;
  readonly flags: () => AgentFlags;
  readonly signal: AbortSignal;
}

/**
 * Sends the waiting items of one kind every `logger_tls_period`, until it is
 * aborted. At least once: what is not acknowledged stays and is sent again, first
 * and in the same order, after pauses that grow with the square of the failures.
 */
export async function sendLog(options: LogSenderOptions): Promise<never> {
  const { queue, flags, signal } = options;
  for (let failures = 0; ;) {
    const factor = Math.max(1, failures ** 2);
    await pause(() => {
      const { logger_tls_period: period, logger_tls_backoff_max: most } = flags();
      return Math.min((period || 1) * factor, most);
    }, signal);
    tellDropped(options);
    while (queue.length > 0) {
      if (!(await sendBatch(options))) {
        failures++;
        break;
      }
      failures = 0;
    }
  }
}

/** Gives whether the server took it. */
async function sendBatch(options: LogSenderOptions): Promise<boolean> {
  const { type, queue, enrollment, status, flags, signal } = options;
  const {
    logger_tls_max_lines: maxLines,
    logger_tls_endpoint: path,
    logger_tls_compress: compress,
  } = flags();
  const batch = queue.oldest({ maxLines, maxLength: MAX_BODY_LENGTH });
  const data = batch.lines.join(',');
  try {
    await enrollment.call(
      path,
      (nodeKey) => `{"node_key":${JSON.stringify(nodeKey)},"log_type":"${type}","data":[${data}]}`,
      { compress },
    );
    queue.acknowledge(batch);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    // Said here alone for statuses: each failure would else make one more to send.
    if (type === 'result') status.warning(`Could not send results: ${(error as Error).message}`);
    return false;
  }
}

function tellDropped({ type, queue, status }: LogSenderOptions): void {
  const dropped = queue.takeDropped();
  if (dropped > 0) status.warning(`${dropped} ${type} items fell out: the buffer was full`);
}
