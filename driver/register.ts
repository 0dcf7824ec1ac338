import type { Model } from './model.ts';

/** A value of a register; null before the first write. */
export type RegisterValue = string | number | boolean | null;

export type RegisterInput =
  | { readonly type: 'read' }
  | { readonly type: 'write'; readonly value: RegisterValue }
  | { readonly type: 'cas'; readonly from: RegisterValue; readonly to: RegisterValue };

export type RegisterOutput =
  | { readonly type: 'read'; readonly value: RegisterValue }
  | { readonly type: 'written' }
  | { readonly type: 'cas'; readonly done: boolean };

/** One register with reads, writes and compare-and-set, at first null. */
export const register: Model<RegisterValue, RegisterInput, RegisterOutput> = {
  initial: null,
  step(state, input, output) {
    switch (input.type) {
      case 'read':
        return output === undefined || (output.type === 'read' && output.value === state)
          ? state
          : undefined;
      case 'write':
        return input.value;
      case 'cas': {
        const done = input.from === state;
        if (output?.type === 'cas' && output.done !== done) return undefined;
        return done ? input.to : state;
      }
    }
  },
  key: JSON.stringify,
  isRead: (input, output) => input.type === 'read' || (output.type === 'cas' && !output.done),
  touches: () => ['register'],
  describe(input) {
    switch (input.type) {
      case 'read':
        return 'read';
      case 'write':
        return `write ${shown(input.value)}`;
      case 'cas':
        return `cas ${shown(input.from)} ${shown(input.to)}`;
    }
  },
  describeOutput(output) {
    switch (output.type) {
      case 'read':
        return shown(output.value);
      case 'written':
        return 'ok';
      case 'cas':
        return output.done ? 'done' : 'failed';
    }
  },
  describeAllowed(state, input) {
    switch (input.type) {
      case 'read':
        return shown(state);
      case 'write':
        return 'ok';
      case 'cas':
        return `${input.from === state ? 'done' : 'failed'} (the value is ${shown(state)})`;
    }
  },
};

const shown = (value: RegisterValue): string => JSON.stringify(value);
