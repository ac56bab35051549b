import type { Sandbox, SandboxServerOptions } from './toolkit/create-sandbox.ts';

/** What the shell command passes to every simulator. */
export interface SimulatorOptions extends SandboxServerOptions {
  /** How many records to start with. */
  readonly records?: number | undefined;
}

/** A simulator that runs, and the settings that a connector needs for it, as environment variables. */
export interface StartedSimulator {
  readonly sandbox: Sandbox;
  readonly settings: Readonly<Record<string, string>>;
}

/** The simulators that the shell command knows. Each is loaded only when it is asked for. */
export const simulators: Readonly<
  Record<string, (options: SimulatorOptions) => Promise<StartedSimulator>>
> = {
  async common(options) {
    const { startCommonSandbox } = await import('./common/index.ts');
    const sandbox = await startCommonSandbox(options);
    const { common_api_base_url, client_id, client_secret, company_id } = sandbox.settings;
    const settings = {
      COMMON_API_BASE_URL: common_api_base_url,
      COMMON_CLIENT_ID: client_id,
      COMMON_CLIENT_SECRET: client_secret,
      COMMON_COMPANY_ID: company_id,
    };
    return { sandbox, settings };
  },
};
