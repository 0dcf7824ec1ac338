import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Repeats } from '../../../osquery/server/repeats.ts';
import { check } from '../../property.ts';

/** Sends posts and remembers each. */
function sendAll(repeats: Repeats, posts: readonly (readonly string[])[]): (readonly string[])[] {
  return posts.map((post) => {
    const { fresh, remember } = repeats.sift('h', post);
    remember();
    return fresh;
  });
}

test('of posts that are sent again until their answer arrives, each line is kept once', () => {
  const line = fc.integer({ min: 0, max: 50 }).map(String);
  const posts = fc.array(fc.tuple(fc.array(line, { maxLength: 8 }), fc.nat(3)), { maxLength: 8 });
  check(
    fc.property(posts, (sent) => {
      // Each flush adds lines; what was not acknowledged is sent before them.
      const distinct = sent.map(([lines], index) => lines.map((text) => `${index} ${text}`));
      const attempts = sent.flatMap(([, tries], index) => {
        const post = distinct[index] ?? [];
        return Array.from({ length: tries + 1 }, (_, attempt) =>
          post.slice(0, post.length - tries + attempt),
        );
      });
      expect(sendAll(new Repeats(), attempts).flat().sort()).toEqual(distinct.flat().sort());
    }),
  );
});

test('what was forgotten is new again, and what is remembered has a bound', () => {
  const repeats = new Repeats(2);
  const { remember, forget } = repeats.sift('h', ['a']);
  remember();
  expect(repeats.sift('h', ['a']).fresh).toEqual([]);
  expect(repeats.sift('other', ['a']).fresh).toEqual(['a']);
  forget();
  expect(sendAll(repeats, [['a'], ['b'], ['c'], ['c', 'b', 'a']])).toEqual([
    ['a'],
    ['b'],
    ['c'],
    ['a'],
  ]);
});
