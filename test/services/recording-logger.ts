import type { Fields, Logger } from '../../services/logger.ts';

export interface Said {
  readonly level: 'step' | 'info' | 'warn' | 'error';
  readonly msg: string;
  readonly fields: Fields;
  readonly error?: Error | undefined;
}

/** A logger that remembers what was said. */
export function recordingLogger(): Logger & { readonly said: Said[] } {
  const said: Said[] = [];
  const say =
    (level: Said['level']) =>
    (msg: string, fields: Fields = {}, error?: Error): void => {
      said.push({ level, msg, fields, error });
    };
  return { said, step: say('step'), info: say('info'), warn: say('warn'), error: say('error') };
}
