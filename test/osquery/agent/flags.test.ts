import { describe, expect, test } from 'vitest';
import { FlagError, parseFlags, withOptions } from '../../../osquery/agent/flags.ts';

describe("osqueryd's flags", () => {
  test.each<[string[], object]>([
    [['--tls_hostname=127.0.0.1:8088'], { tls_hostname: '127.0.0.1:8088' }],
    [['--tls_hostname', 'localhost:1'], { tls_hostname: 'localhost:1' }],
    [['-config_refresh=5'], { config_refresh: 5 }],
    [['--disable_distributed=false'], { disable_distributed: false }],
    [['--nodisable_distributed'], { disable_distributed: false }],
    [['--logger_numerics', '--config_refresh', '7'], { logger_numerics: true, config_refresh: 7 }],
    [['--enroll_secret_path='], { enroll_secret_path: '' }],
    [[], { host_identifier: 'hostname', logger_tls_period: 4, disable_distributed: true }],
  ])('%j', (args, expected) => {
    expect(parseFlags(args)).toMatchObject({ flags: expected, unused: [] });
  });

  test.each([
    [['--config_refresh=soon'], '--config_refresh: expected a whole number, not "soon"'],
    [['--logger_numerics=perhaps'], '--logger_numerics: expected true or false, not "perhaps"'],
    [['config.json'], 'expected flags such as --tls_hostname=127.0.0.1:8088, not config.json'],
  ])('%j is refused', (args, message) => {
    expect(() => parseFlags(args)).toThrow(new FlagError(message));
  });

  test('that mean nothing here are named, but for those that say how it is anyway', () => {
    const args = ['--logger_plugin=tls', '--database_path=/x', '--ephemeral', '--verbose'];
    expect(parseFlags(args).unused).toEqual(['database_path', 'ephemeral', 'verbose']);
  });

  test('are overridden by the options of a configuration, but for where the server is', () => {
    const { flags } = parseFlags(['--tls_hostname=a:1', '--logger_tls_period=9']);
    const options = {
      logger_tls_period: 2,
      distributed_interval: '3',
      tls_hostname: 'b:2',
      logger_tls_endpoint: '/elsewhere',
      some_day: 1,
    };
    expect(withOptions(flags, options)).toMatchObject({
      flags: {
        tls_hostname: 'a:1',
        logger_tls_period: 2,
        distributed_interval: 3,
        logger_tls_endpoint: '',
      },
      unused: ['some_day'],
    });
  });
});
