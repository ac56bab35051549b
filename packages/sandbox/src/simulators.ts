import type { Sandbox, SandboxServerOptions } from './toolkit/create-sandbox.ts';

/** What the shell command passes to every simulator. */
export interface SimulatorOptions extends SandboxServerOptions {
  /** How many orders, and products where there are such, to start with. @default 100 */
  readonly records?: number | undefined;
}

/** A simulator that runs, and the settings that a connector needs for it, as environment variables. */
export interface StartedSimulator {
  readonly sandbox: Sandbox;
  readonly settings: Readonly<Record<string, string>>;
}

// Something to look at for who starts one by hand.
const defaultRecords = 100;

/** The simulators that the shell command knows. Each is loaded only when it is asked for. */
export const simulators: Readonly<
  Record<string, (options: SimulatorOptions) => Promise<StartedSimulator>>
> = {
  async common({ records = defaultRecords, ...options }) {
    const { startCommonSandbox } = await import('./common/index.ts');
    const { productNumber } = await import('./sap/seed/product-seed.ts');
    // Orders of what the SAP simulator has, so that the two can be synced.
    const products = Array.from({ length: records }, (_, index) => productNumber(index + 1));
    const sandbox = await startCommonSandbox({ ...options, records, products });
    const { common_api_base_url, client_id, client_secret, company_id } = sandbox.settings;
    const settings = {
      COMMON_API_BASE_URL: common_api_base_url,
      COMMON_CLIENT_ID: client_id,
      COMMON_CLIENT_SECRET: client_secret,
      COMMON_COMPANY_ID: company_id,
    };
    return { sandbox, settings };
  },
  async sap({ records = defaultRecords, ...options }) {
    const { startSapSandbox } = await import('./sap/index.ts');
    const counts = { products: records, purchaseOrders: records };
    const sandbox = await startSapSandbox({ ...options, ...counts });
    const { baseUrl, client, user, password } = sandbox.settings;
    const settings = {
      SAP_BASE_URL: baseUrl,
      SAP_CLIENT: client,
      SAP_USERNAME: user,
      SAP_PASSWORD: password,
    };
    return { sandbox, settings };
  },
};
