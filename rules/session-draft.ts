import { freeName, joinsOf, title, type Draft } from './proposed-text.ts';
import type { Session } from './sessions.ts';
import type { TemplateShape } from './template-shape.ts';

/** The whole of it is one span, from any of its first lines to any of its last. */
export function sessionDraft(session: Session, taken: Set<string>): Draft {
  const { slots, firsts, lasts, inner, whole, seen } = session;
  const keyOf = (shape: TemplateShape): string => {
    const slot = shape.slots[slots.get(shape) ?? -1];
    return slot?.isField ? slot.name : 'id';
  };
  const pattern = (shape: TemplateShape): string => {
    const slot = shape.slots[slots.get(shape) ?? -1];
    return `/${shape.sourceWith(new Map(slot === undefined ? [] : [[slot.name, 'id']]))}/`;
  };
  const keys = [...new Set([...slots.keys()].map(keyOf))];
  return {
    why: `${seen} with a key of their own (${keys.join(', ')}), ${whole} of them whole`,
    rules: [
      `machine ${freeName(keys.map((key) => key.replace('log.', '')).join('-'), taken)}`,
      `key ${keys.join(' | ')}`,
      ...firsts.map(
        (shape) => `${pattern(shape)} -> open ${title(shape)} as whole${joinsOf([keyOf(shape)])}`,
      ),
      ...inner.flatMap(({ start, end, others }, index) => [
        `${pattern(start)} -> open ${title(start)} as part${index + 1}`,
        `${pattern(end)} -> close part${index + 1}`,
        ...others.map(
          ({ shape, failed }) =>
            `${pattern(shape)} -> ${failed ? `error ${title(shape)}, ` : ''}close part${index + 1}`,
        ),
      ]),
      ...lasts.map(
        ({ shape, failed }) =>
          `${pattern(shape)} -> ${failed ? `error ${title(shape)}, ` : ''}close whole`,
      ),
      '',
    ].join('\n'),
  };
}
