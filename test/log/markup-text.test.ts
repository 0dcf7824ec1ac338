import { expect, test } from 'vitest';
import { markupText } from '../../log/markup-text.ts';

test.each([
  [`<script>alert("it's")</script>`, '&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt;'],
  ['a &lt; b', 'a &amp;lt; b'],
  [
    'red \u001b[31m, nothing \u0000, no character \uffff',
    'red \ufffd[31m, nothing \ufffd, no character \ufffd',
  ],
  ['line\n\tby line: ä 漢 😀', 'line\n\tby line: ä 漢 😀'],
])('%j is written as %j', (text, markup) => {
  expect(markupText(text)).toBe(markup);
});
