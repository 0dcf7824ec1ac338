import { closeSync, openSync, writeSync } from 'node:fs';

/** Lines of one checkout: two boundaries each of PetStore and Payment, and what they log in between. */
const LINES_A_TRACE = 24;
/** Checkouts under way at a time. */
const CONCURRENT = 32;

/**
 * Writes a firehose as the lab stores it to a file: checkouts, interleaved as
 * concurrent requests are, with lines of 300 bytes on average. Gives how many
 * lines and spans it has; at least `lines` of them.
 */
export function writeStoredLog(file: string, lines: number): { lines: number; spans: number } {
  const traces = Math.ceil(lines / LINES_A_TRACE / CONCURRENT) * CONCURRENT;
  const fd = openSync(file, 'w');
  const writers = [new Writer('petstore'), new Writer('payment')] as const;
  for (let first = 0; first < traces; first += CONCURRENT) {
    let text = '';
    for (let step = 0; step < LINES_A_TRACE; step++) {
      for (let trace = first; trace < first + CONCURRENT; trace++) {
        text += checkoutLine(writers, trace, step);
      }
    }
    writeSync(fd, text);
  }
  closeSync(fd);
  return { lines: traces * LINES_A_TRACE, spans: traces * 2 };
}

class Writer {
  readonly #head: string;
  #seq = 0;

  constructor(node: string) {
    this.#head = `,"node":"${node}","instance":"${node}@lab-1/4711.1795363100","stream":"stdout","seq":`;
  }

  line(micros: number, log: object): string {
    const ts = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
    return `{"ts":${ts}${this.#head}${this.#seq++},"log":${JSON.stringify(log)}}\n`;
  }
}

/** PetStore's span is around Payment's. */
function checkoutLine(
  [petstore, payment]: readonly [Writer, Writer],
  trace: number,
  step: number,
): string {
  const began = 1_795_363_200_000_000 + trace * 1_000;
  const micros = began + step * 500;
  const inPayment = step >= 6 && step <= 17;
  const span = inPayment ? 2 : 1;
  const head = { level: 30, time: Math.floor(micros / 1e3) };
  const ids = { trace_id: id(trace, 32), span_id: id(trace * 2 + span, 16), trace_flags: '01' };
  const writer = inPayment ? payment : petstore;
  const isStart = step === 0 || step === 6;
  const isEnd = step === 17 || step === 23;
  if (!isStart && !isEnd) {
    return writer.line(micros, { ...head, ...ids, user: 'ann', msg: 'basket priced' });
  }
  return writer.line(micros, {
    ...head,
    msg: isStart ? 'span start' : 'span end',
    ...ids,
    ...(inPayment && { parent_span_id: id(trace * 2 + 1, 16) }),
    span_name: inPayment ? 'POST /payments' : 'PUT /users/:user/basket',
    span_kind: 'server',
    start_time_unix_nano: `${began + (inPayment ? 6 : 0) * 500}000`,
    ...(isEnd && { end_time_unix_nano: `${micros}000` }),
    status: { code: 0 },
    attributes: { 'http.request.method': 'PUT' },
    events: [],
    links: [],
  });
}

/** Not zero, and with all digits in use as random ones have. */
const id = (number: number, digits: number): string =>
  ((BigInt(number) + 1n) * 0x9e37_79b9_7f4a_7c15n)
    .toString(16)
    .padStart(digits, 'a5')
    .slice(-digits);
