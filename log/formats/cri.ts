/**
 * https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 *
 * `2026-11-23T09:00:00.123456789Z stdout F pet added`
 *
 * `P` marks a line that goes on in the next.
 */
import type { Format } from './format.ts';

const LINE =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::\S*)?(?: (.*))?$/s;

export const cri: Format = {
  name: 'cri',
  text(line) {
    const [, time, stream = '', flag, inner = ''] = LINE.exec(line) ?? [];
    return time === undefined ? undefined : { log: {}, time, inner, stream, partial: flag === 'P' };
  },
};
