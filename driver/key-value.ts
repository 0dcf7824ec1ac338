import type { Model } from './model.ts';

export type KeyValueInput =
  | { readonly type: 'get'; readonly key: string }
  | { readonly type: 'put' | 'append'; readonly key: string; readonly value: string };

/** The value got; a put or an append has none. */
export type KeyValueOutput = { readonly value?: string };

/** A map of texts, at first empty texts; each key is a history of its own, so a state is one key's value. */
export const keyValue: Model<string, KeyValueInput, KeyValueOutput> = {
  initial: '',
  step(state, input, output) {
    switch (input.type) {
      case 'get':
        return output === undefined || output.value === state ? state : undefined;
      case 'put':
        return input.value;
      case 'append':
        return state + input.value;
    }
  },
  key: (state) => state,
  isRead: ({ type }) => type === 'get',
  touches: ({ key }) => [key],
  describe: (input) =>
    input.type === 'get'
      ? `get ${input.key}`
      : `${input.type} ${input.key} ${JSON.stringify(input.value)}`,
  describeOutput: ({ value }) => (value === undefined ? 'ok' : JSON.stringify(value)),
  describeAllowed: (state, { type }) => (type === 'get' ? JSON.stringify(state) : 'ok'),
};
