import { parseArgs } from 'node:util';
import { type StartedSimulator, simulators } from './simulators.ts';

/** Where the command line writes to, and what ends it. */
export interface CommandLineHost {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly signal: AbortSignal;
}

const help = `Usage: connector-sandbox <simulator…> [options]

Starts simulators of vendor systems on this machine, until Ctrl+C.

Simulators: ${Object.keys(simulators).join(', ')}

Options:
  --port <number>      port of the first simulator, the next ones count on (default: free ones)
  --host <address>     address to listen on (default: 127.0.0.1)
  --seed <number>      the same seed makes the same data and faults (default: 1)
  --records <number>   how many orders (and products) to start with (default: 100)
  --faults <rate>      share of calls that fail by chance, 0 to 1 (default: 0)
  --help               this text

Examples:
  connector-sandbox sap --port 4101
  connector-sandbox common sap --seed 7 --faults 0.05
`;

class UsageError extends Error {}

interface Arguments {
  readonly names: readonly string[];
  readonly needsHelp: boolean;
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly records: number | undefined;
  readonly rate: number;
}

function readNumber(
  option: string,
  text: string | undefined,
  limits: { readonly maximum: number; readonly isWhole: boolean },
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits = value >= 0 && value <= limits.maximum;
  if (!fits || (limits.isWhole && !Number.isInteger(value))) {
    const kind = limits.isWhole ? 'a whole number' : 'a number';
    throw new UsageError(`--${option}: "${text}" is not ${kind} from 0 to ${limits.maximum}`);
  }
  return value;
}

function readArguments(args: readonly string[]): Arguments {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      port: text,
      host: text,
      seed: text,
      records: text,
      faults: text,
      help: { type: 'boolean', short: 'h' },
    },
  });
  const whole = (option: 'port' | 'seed' | 'records', maximum: number): number | undefined =>
    readNumber(option, values[option], { maximum, isWhole: true });
  for (const name of positionals) {
    if (!Object.hasOwn(simulators, name)) {
      const known = Object.keys(simulators).join(', ');
      throw new UsageError(`There is no simulator "${name}"; known: ${known}`);
    }
  }
  const needsHelp = values.help === true;
  if (positionals.length === 0 && !needsHelp) {
    throw new UsageError(`Name a simulator: ${Object.keys(simulators).join(', ')}`);
  }
  const port = whole('port', 65_535) ?? 0;
  if (port + positionals.length - 1 > 65_535) {
    throw new UsageError(`--port: ${positionals.length} simulators need ports up to 65535`);
  }
  return {
    names: positionals,
    needsHelp,
    port,
    host: values.host ?? '127.0.0.1',
    seed: whole('seed', 2 ** 31 - 1) ?? 1,
    records: whole('records', 10_000_000),
    rate: readNumber('faults', values.faults, { maximum: 1, isWhole: false }) ?? 0,
  };
}

const describe = ({ sandbox, settings }: StartedSimulator): string =>
  [
    `${sandbox.name}: ${sandbox.url}`,
    ...Object.entries(settings).map(([name, value]) => `  ${name}=${value}`),
    '',
  ].join('\n');

/** Runs the shell command; resolves to the exit code once everything is closed. */
export async function runCommandLine(
  args: readonly string[],
  host: CommandLineHost,
): Promise<number> {
  const started: StartedSimulator[] = [];
  const closeAll = () => Promise.all(started.map(({ sandbox }) => sandbox.close()));
  try {
    const { names, needsHelp, port, rate, ...common } = readArguments(args);
    if (needsHelp) {
      host.write(help);
      return 0;
    }
    // SAP first: Common is to have orders of its products, so that the two can be synced.
    const inOrder = [...names.entries()].sort(
      ([, left], [, right]) => Number(right === 'sap') - Number(left === 'sap'),
    );
    for (const [index, name] of inOrder) {
      const simulator = await simulators[name]!({
        ...common,
        port: port === 0 ? 0 : port + index,
        products: started.find(({ products }) => products)?.products?.(),
        faults: rate === 0 ? undefined : { rate },
        // Receivers of webhooks compare times with their own clock.
        clock: { mode: 'ticking', startAt: Date.now() },
      });
      started.push(simulator);
      host.write(describe(simulator));
    }
    if (host.signal.aborted) return 0;
    host.signal.addEventListener('abort', () => void closeAll(), { once: true });
    await Promise.all(started.map(({ sandbox }) => sandbox.closed));
    return 0;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    const isUsage = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS') === true;
    const hint =
      code === 'EADDRINUSE'
        ? `Port ${(error as { port?: number }).port} is taken; choose another with --port`
        : undefined;
    // Node explains over three lines how a value may begin with a dash.
    const text = message.replace(/ argument is ambiguous\.\n.*/s, ' takes no value with a dash');
    host.writeError(`${hint ?? text}${isUsage ? '\nTry --help' : ''}\n`);
    return isUsage ? 2 : 1;
  } finally {
    await closeAll();
  }
}
