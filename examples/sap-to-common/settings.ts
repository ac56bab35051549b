import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

export const help = `npm start -- [options]

Moves business records between an SAP S/4HANA system and Common, with faults on the way, and proves
that nothing was lost. Without settings in the environment it starts a sandbox of each system.

  --records N   purchase orders in SAP; products, Common orders, amendments and changes follow
                in proportion (default 1000)
  --faults R    share of calls that are disturbed, 0 to 0.5 (default 0.05)
  --seed N      seed of data and faults (default 1)
  --json        print the report as JSON instead of a table
  --apply       with real systems: write; without it the job only shows what it would do
  --fresh       forget the state of an interrupted run and start over
  --help        this text

Real systems: copy .env.example to .env, fill it in, and run the same command.
A run that was interrupted goes on where it was.`;

/** What one run works on, all validated. */
export interface Settings {
  readonly records: number;
  readonly faults: number;
  readonly seed: number;
  readonly json: boolean;
  readonly apply: boolean;
  readonly fresh: boolean;
  /** Absent: sandboxes. */
  readonly systems: RealSystems | undefined;
  /** Options that were given and have no effect on these systems. */
  readonly unused: readonly string[];
}

export interface RealSystems {
  readonly sap: {
    readonly baseUrl: string;
    readonly client: string;
    readonly username: string;
    readonly password: string;
    readonly companyCode: string | undefined;
    /** Default: the connector's. */
    readonly safetyLagMs?: number | undefined;
  };
  readonly common: {
    readonly baseUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly companyId: string;
    readonly currency: string;
  };
}

/** A setting that cannot be used. The message names it and says what to write. */
export class SettingsError extends Error {}

export function readSettings(args: readonly string[]): Settings | 'help' {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        records: { type: 'string' },
        faults: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        apply: { type: 'boolean' },
        fresh: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    // Node explains over three lines how a value may begin with a dash.
    const message = (error as Error).message
      .replace(/ argument is ambiguous\.\n.*/s, ' takes no value with a dash')
      .replace(/\.$/, '');
    throw new SettingsError(`${message}. See npm start -- --help`);
  }
  if (values.help) return 'help';
  if (existsSync('.env')) process.loadEnvFile('.env');
  const systems = readSystems(process.env);
  const meaningless = systems ? ['records', 'faults', 'seed', 'fresh'] : ['apply'];
  return {
    records: number('--records', values.records, {
      fallback: 1000,
      from: 1,
      to: 100_000,
      whole: true,
    }),
    faults: number('--faults', values.faults, { fallback: 0.05, from: 0, to: 0.5, whole: false }),
    seed: number('--seed', values.seed, { fallback: 1, from: 0, to: 2 ** 31, whole: true }),
    json: values.json === true,
    apply: values.apply === true,
    fresh: values.fresh === true,
    systems,
    unused: meaningless.filter((name) => values[name] !== undefined).map((name) => `--${name}`),
  };
}

interface Range {
  readonly fallback: number;
  readonly from: number;
  readonly to: number;
  readonly whole: boolean;
}

function number(name: string, text: string | boolean | undefined, range: Range): number {
  if (text === undefined) return range.fallback;
  const value = /^[\d.eE+-]+$/.test(String(text)) ? Number(text) : Number.NaN;
  const fits =
    value >= range.from && value <= range.to && (!range.whole || Number.isInteger(value));
  if (fits) return value;
  const kind = range.whole ? 'a whole number' : 'a number';
  throw new SettingsError(
    `${name} must be ${kind} from ${range.from} to ${range.to}, not "${text}"`,
  );
}

function readSystems(environment: NodeJS.ProcessEnv): RealSystems | undefined {
  // A line of .env.example that was left as it is has an empty value.
  const optional = (name: string) => environment[name]?.trim() || undefined;
  const addresses = ['SAP_BASE_URL', 'COMMON_API_BASE_URL'].filter(optional);
  if (addresses.length === 0) return undefined;
  const required = (name: string) => {
    const value = optional(name);
    if (value) return value;
    throw new SettingsError(
      `${name} is not set, but ${addresses.join(' and ')} ${addresses.length > 1 ? 'are' : 'is'}. ` +
        'Set it in .env (see .env.example), or unset the addresses to use the sandboxes.',
    );
  };
  return {
    sap: {
      baseUrl: required('SAP_BASE_URL'),
      client: required('SAP_CLIENT'),
      username: required('SAP_USERNAME'),
      password: required('SAP_PASSWORD'),
      companyCode: optional('SAP_COMPANY_CODE'),
    },
    common: {
      baseUrl: required('COMMON_API_BASE_URL'),
      clientId: required('COMMON_CLIENT_ID'),
      clientSecret: required('COMMON_CLIENT_SECRET'),
      companyId: required('COMMON_COMPANY_ID'),
      currency: optional('COMMON_CURRENCY') ?? 'EUR',
    },
  };
}
