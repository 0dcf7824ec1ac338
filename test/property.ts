import fc, { type IProperty, type IAsyncProperty } from 'fast-check';

/** Runs a property with a fresh seed, or the one in ONELOG_SEED; a failure prints the seed and path that replay it. */
export function check(
  property: IProperty<unknown> | IAsyncProperty<unknown>,
  numRuns = 200,
): unknown {
  const given = process.env['ONELOG_SEED'];
  return fc.assert(property as IProperty<unknown>, {
    numRuns,
    verbose: 1,
    ...(given !== undefined && { seed: Number(given) }),
  });
}
