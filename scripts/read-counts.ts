import { parseArgs } from 'node:util';

/** A command's `--json` and its options that are whole numbers. */
export interface Counts<Name extends string> {
  readonly json: boolean;
  /** The number of an option; ends the process with the usage when it is none from `least` on. */
  whole(name: Name, least: number): number;
  /** Ends the process with a message and the usage. */
  fail(message: string): never;
}

export function readCounts<Name extends string>(
  usage: string,
  defaults: Readonly<Record<Name, number>>,
): Counts<Name> {
  const fail = (message: string): never => {
    process.stderr.write(`${message}\n${usage}\n`);
    process.exit(2);
  };
  const names = Object.keys(defaults) as Name[];
  const read = () => {
    try {
      const numbers = names.map((name) => [
        name,
        { type: 'string', default: String(defaults[name]) } as const,
      ]);
      return parseArgs({
        options: { json: { type: 'boolean', default: false }, ...Object.fromEntries(numbers) },
      }).values as { readonly json: boolean } & Readonly<Record<Name, string>>;
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error));
    }
  };
  const values = read();
  return {
    json: values.json,
    fail,
    whole(name, least) {
      const value = Number(values[name]);
      if (Number.isSafeInteger(value) && value >= least) return value;
      return fail(`--${name} has to be a whole number from ${least} on, not "${values[name]}".`);
    },
  };
}
