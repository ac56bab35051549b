import {
  type Customer,
  type Invoice,
  memoryTokenStore,
  oauth2RefreshToken,
  type WriteChange,
  type WriteResult,
} from '@common/connector-core';
import {
  type QuickbooksSandbox,
  type QuickbooksSandboxOptions,
  startQuickbooksSandbox,
} from '@common/connector-sandbox/quickbooks';
import { type OpenConnectors, openConnectors } from '../../../testing/open-connectors.ts';
import { type QuickbooksConnector, quickbooks } from './quickbooks-connector.ts';
import type { QuickbooksEntities } from './quickbooks-entities.ts';
import type { QuickbooksOptions } from './quickbooks-options.ts';

export { collect } from '../../../testing/collect.ts';

/** A sandbox and a connector to it; both are closed with `await using`. */
export interface OpenQuickbooks
  extends OpenConnectors<QuickbooksSandbox, QuickbooksConnector, QuickbooksOptions> {
  readonly books: QuickbooksConnector;
}

/** How a connector signs in to a sandbox. */
export const signInTo = ({ settings }: QuickbooksSandbox) =>
  oauth2RefreshToken({
    tokenUrl: settings.tokenUrl,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    refreshToken: settings.refreshToken,
  });

export async function openQuickbooks(
  options: QuickbooksSandboxOptions = {},
  settings: Partial<QuickbooksOptions> = {},
): Promise<OpenQuickbooks> {
  const sandbox = await startQuickbooksSandbox({
    ...{ customers: 5, vendors: 3, employees: 1, items: 6 },
    ...options,
  });
  const auth = signInTo(sandbox);
  const tokens = memoryTokenStore();
  const open = openConnectors(sandbox, (own: Partial<QuickbooksOptions>) => {
    return quickbooks({
      baseUrl: sandbox.url,
      realmId: sandbox.settings.realmId,
      auth,
      tokens,
      // Jitter of zero: every back-off ends at once.
      random: () => 0,
      ...own,
    });
  });
  return { ...open, books: open.connect(settings) };
}

export const newCustomer = (change: Partial<Customer> = {}): Customer => ({
  name: "O'Brien & Søhne",
  email: 'office@example.com',
  addresses: [
    { kind: 'billing', street: '1 Main St.', city: 'Tucson', region: 'AZ', postalCode: '85705' },
  ],
  ...change,
});

/** An invoice of two lines, for products 1 and 2. */
export const newInvoice = (change: Partial<Invoice> = {}): Invoice => ({
  customer: '1',
  currency: 'USD',
  invoiceDate: '2026-01-05',
  grossAmount: '35.50',
  lines: [
    { lineNumber: '1', product: '1', quantity: '3.000', unitPrice: '10.00', netAmount: '30.00' },
    { lineNumber: '2', product: '2', quantity: '0.500', unitPrice: '11.00', netAmount: '5.50' },
  ],
  ...change,
});

/** Writes one change and answers its result. */
export async function writeOne<E extends keyof QuickbooksEntities>(
  books: QuickbooksConnector,
  entity: E,
  change: WriteChange<QuickbooksEntities[E]>,
): Promise<WriteResult> {
  const [result] = await books.write(entity, [change]);
  return result!;
}

/** Creates a record and answers its key. */
export async function create<E extends keyof QuickbooksEntities>(
  books: QuickbooksConnector,
  entity: E,
  record: QuickbooksEntities[E],
): Promise<string> {
  const result = await writeOne(books, entity, { op: 'upsert', record });
  if (result.status !== 'created') throw new Error(`not created: ${JSON.stringify(result)}`);
  return result.key;
}
