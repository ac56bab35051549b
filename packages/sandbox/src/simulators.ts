import type { SeedProduct } from './common/common-actions.ts';
import type { Sandbox, SandboxServerOptions } from './toolkit/create-sandbox.ts';

/** What the shell command passes to every simulator. */
export interface SimulatorOptions extends SandboxServerOptions {
  /** How many orders, and products where there are such, to start with. @default 100 */
  readonly records?: number | undefined;
  /** What another simulator has, for orders of it. */
  readonly products?: readonly SeedProduct[] | undefined;
}

/** A simulator that runs, and the settings that a connector needs for it, as environment variables. */
export interface StartedSimulator {
  readonly sandbox: Sandbox;
  readonly settings: Readonly<Record<string, string>>;
  /** What orders of another simulator can be about. */
  readonly products?: (() => readonly SeedProduct[]) | undefined;
}

// Something to look at for who starts one by hand.
const defaultRecords = 100;

/** Units of SAP as UN/ECE codes. */
const commonCodes: Readonly<Record<string, string>> = {
  EA: 'EA',
  KG: 'KGM',
  L: 'LTR',
  M: 'MTR',
  PC: 'C62',
  ST: 'C62',
};

/** The simulators that the shell command knows. Each is loaded only when it is asked for. */
export const simulators: Readonly<
  Record<string, (options: SimulatorOptions) => Promise<StartedSimulator>>
> = {
  async common({ records = defaultRecords, ...options }) {
    const { startCommonSandbox } = await import('./common/index.ts');
    const sandbox = await startCommonSandbox({ ...options, records });
    const { common_api_base_url, client_id, client_secret, company_id } = sandbox.settings;
    const settings = {
      COMMON_API_BASE_URL: common_api_base_url,
      COMMON_CLIENT_ID: client_id,
      COMMON_CLIENT_SECRET: client_secret,
      COMMON_COMPANY_ID: company_id,
    };
    return { sandbox, settings };
  },
  async quickbooks({ records = defaultRecords, ...options }) {
    const { startQuickbooksSandbox } = await import('./quickbooks/index.ts');
    const counts = { customers: records, items: records, invoices: records, bills: records };
    const sandbox = await startQuickbooksSandbox({ ...options, ...counts });
    const { baseUrl, realmId, clientId, clientSecret, refreshToken } = sandbox.settings;
    const settings = {
      QUICKBOOKS_BASE_URL: baseUrl,
      QUICKBOOKS_REALM_ID: realmId,
      QUICKBOOKS_CLIENT_ID: clientId,
      QUICKBOOKS_CLIENT_SECRET: clientSecret,
      QUICKBOOKS_REFRESH_TOKEN: refreshToken,
      QUICKBOOKS_TOKEN_URL: sandbox.settings.tokenUrl,
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
    const products = () =>
      Array.from(sandbox.state.products(), ({ product: { Product, BaseUnit } }) => ({
        product_number: String(Product),
        unit: commonCodes[String(BaseUnit)] ?? 'EA',
      }));
    return { sandbox, settings, products };
  },
  async salesforce({ records = defaultRecords, products: _, ...options }) {
    const { startSalesforceSandbox } = await import('./salesforce/index.ts');
    const counts = { accounts: records, contacts: records, products: records, orders: records };
    const sandbox = await startSalesforceSandbox({ ...options, ...counts });
    const { myDomainUrl, loginUrl, clientId, clientSecret } = sandbox.settings;
    const settings = {
      SALESFORCE_MY_DOMAIN_URL: myDomainUrl,
      SALESFORCE_LOGIN_URL: loginUrl,
      SALESFORCE_CLIENT_ID: clientId,
      SALESFORCE_CLIENT_SECRET: clientSecret,
    };
    return { sandbox, settings };
  },
};
