/**
 * https://github.com/kubernetes/klog and glog https://google.github.io/glog/stable/logging/#prefix
 *
 * `I1123 09:00:00.123456       1 file.go:12] "Pet added" name="Rex"`
 * `I20261123 09:00:00.123456 4711 file.cc:12] pet added` (newer glog)
 */
import type { Format } from './format.ts';
import { levelName } from './level-name.ts';

const LINE = /^([IWEF])((?:\d{4})?\d{4}) (\d\d:\d\d:\d\d\.\d{1,9}) +(\d+) ([^\s:]+:\d+)\] ?(.*)$/s;

export const klog: Format = {
  name: 'klog',
  text(line) {
    const [, letter = '', date = '', clock, thread, caller = '', msg = ''] = LINE.exec(line) ?? [];
    if (clock === undefined) return undefined;
    const day = date.length === 8 ? date.replace(/(....)(..)(..)/, '$1-$2-$3') : date;
    const time = `${day} ${clock}`;
    const level = levelName(letter) ?? letter;
    return { log: { time, level, thread: Number(thread), caller, msg }, time };
  },
};
