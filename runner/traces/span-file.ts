import { closeSync, openSync, readSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { readSpans } from '../../spans/read-spans.ts';
import type { Span } from '../../spans/span.ts';
import { logBytes } from '../log-bytes.ts';
import { UserError } from '../user-error.ts';

/** How much of a file tells what it is. */
const SAMPLE_BYTES = 64 * 1024;

/**
 * The spans in a file of NDJSON, OTLP JSON or Jaeger JSON, packed or not; `-` is
 * stdin. Throws a UserError that says what is wrong where it is none.
 */
export async function readSpanFile(file: string): Promise<Span[]> {
  const cut: string[] = [];
  const whole = await text(Readable.from(logBytes(file, (reason) => cut.push(reason))));
  try {
    return readSpans(whole);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const how = cut.length > 0 ? ` (it is cut off: ${cut.join()})` : '';
    throw new UserError(
      `${file === '-' ? 'stdin' : file}: ${error.message}${how}; a log is read by --log`,
    );
  }
}

/** Whether a file begins as one of spans does, and not as a log. */
export function isSpanFile(file: string): boolean {
  const fd = openSync(file, 'r');
  try {
    const sample = Buffer.alloc(SAMPLE_BYTES);
    const head = sample.toString('utf8', 0, readSync(fd, sample, 0, SAMPLE_BYTES, 0)).trimStart();
    // Logs do not have one document over several lines, and no such names before all others.
    if (/^(?:[[{]\s*\n|\[?\s*\{\s*"(?:data|resourceSpans|traceID|traceId|spans)")/.test(head))
      return true;
    const [line = ''] = head.split('\n', 1);
    return readSpans(line).length > 0;
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}
