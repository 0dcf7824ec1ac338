import { expect, test } from 'vitest';
import { isTraceparent } from '../../services/traceparent.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';

test.each([
  ['is one of version 00', `00-${trace}-${span}-01`, true],
  ['may say that nobody samples', `00-${trace}-${span}-00`, true],
  ['may be of a version to come', `cc-${trace}-${span}-01`, true],
  ['may have more in a version to come', `01-${trace}-${span}-01-what-ever`, true],
  ['has four fields in version 00', `00-${trace}-${span}-01-more`, false],
  ['is never of version ff', `ff-${trace}-${span}-01`, false],
  ['is in lower case', `00-${trace.toUpperCase()}-${span}-01`, false],
  ['has a trace id that is not zero', `00-${'0'.repeat(32)}-${span}-01`, false],
  ['has a span id that is not zero', `00-${trace}-${'0'.repeat(16)}-01`, false],
  ['has ids of full length', `00-${trace.slice(1)}-${span}-01`, false],
  ['has flags', `00-${trace}-${span}`, false],
  ['is one, not two', `00-${trace}-${span}-01, 00-${trace}-${span}-01`, false],
  ['is not empty', '', false],
])('a traceparent %s', (_rule, header, valid) => {
  expect(isTraceparent(header)).toBe(valid);
});
