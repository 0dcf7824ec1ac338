/** What the words of log lines tell of begin and end, whatever it is that begins and ends: English only. */
const STARTS =
  /^(?:start(?:s|ed|ing)?|begin(?:s|ning)?|began|begun|open(?:s|ed|ing)?|receiv(?:e|ed|ing)|incoming|enter(?:s|ed|ing)?|connect(?:ed|ing)?|accept(?:ed|ing)?|call(?:s|ed|ing)?|request(?:s|ed|ing)?|send(?:s|ing)?|submit(?:ted|ting)?|launch(?:ed|ing)?|acquir(?:ed|ing)|creat(?:ed|ing)|initiat(?:ed|ing)|processing|executing|handling|running|allocat(?:ed|ing))$/i;
const ENDS =
  /^(?:end(?:s|ed|ing)?|finish(?:es|ed|ing)?|complet(?:e|es|ed|ing|ion)|clos(?:e|es|ed|ing)|done|stop(?:s|ped|ping)?|exit(?:s|ed|ing)?|leav(?:e|es|ing)|left|disconnect(?:ed|ing)?|return(?:s|ed|ing)?|respon(?:se|ded|ding)|answer(?:ed|s)?|succe(?:eded|ss|ssful|ssfully)|fail(?:s|ed|ure)?|reject(?:s|ed|ing)?|refus(?:es|ed|ing)|abort(?:s|ed|ing)?|releas(?:ed|ing)|terminat(?:ed|ing)|destroy(?:ed|ing)?|sent|processed|executed|handled|took|ok)$/i;

/** Whether one of these words is such a word. */
export function speaksOf(what: 'start' | 'end', words: readonly string[]): boolean {
  return words.some((word) => (what === 'start' ? STARTS : ENDS).test(word));
}

/** `Charging` and then `charged`. */
export function goesOn(start: readonly string[], end: readonly string[]): boolean {
  const done = new Set(end.filter((word) => /ed$/i.test(word)).map(stem));
  return start.some((word) => /ing$/i.test(word) && done.has(stem(word)));
}

/** Of their words, how many are the same but for the ending; 0 to 1. */
export function likeness(one: readonly string[], other: readonly string[]): number {
  const left = new Set(one.map(stem));
  const right = new Set(other.map(stem));
  const all = left.union(right).size;
  return all === 0 ? 0 : left.intersection(right).size / all;
}

const stem = (word: string): string =>
  word
    .toLowerCase()
    .replace(/(?:ing|ed|es|s|e)$/, '')
    .slice(0, 8);
