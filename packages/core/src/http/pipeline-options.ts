import type { HttpClientOptions } from './http-client-options.ts';

/**
 * What the request pipeline of any connector can be given beside the connector's own settings:
 * governor, retries, transport, clock, logger, token store, observer, and so on.
 */
export type PipelineOptions = Omit<
  HttpClientOptions,
  'system' | 'baseUrl' | 'auth' | 'classify' | 'decimalFields'
>;

// A record, so that the compiler asks for an option that the pipeline has gained.
const pipelineNames: Record<keyof PipelineOptions, true> = {
  tenant: true,
  connection: true,
  governor: true,
  breaker: true,
  retry: true,
  retryBudget: true,
  deadlineMs: true,
  attemptTimeoutMs: true,
  limits: true,
  headers: true,
  correlationHeader: true,
  network: true,
  transport: true,
  clock: true,
  random: true,
  logger: true,
  tokens: true,
  observer: true,
};

/**
 * Parts what a connector is given into what its pipeline takes and the rest, which are its settings.
 * What is `undefined` is in neither: it was not given.
 */
export function splitPipelineOptions<Options extends PipelineOptions>(
  options: Options,
): {
  readonly pipeline: PipelineOptions;
  readonly rest: Omit<Options, keyof PipelineOptions>;
} {
  const pipeline: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    (Object.hasOwn(pipelineNames, name) ? pipeline : rest)[name] = value;
  }
  return { pipeline, rest: rest as Omit<Options, keyof PipelineOptions> };
}
