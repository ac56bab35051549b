import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { IssuedTokens, TokenBook } from './access/token-book.ts';
import type { CompanyStatus } from './company/company.ts';
import type { Records, WriteOptions } from './company/records.ts';
import type { Row } from './company/row.ts';
import { entityOf, findEntity } from './model/entities.ts';
import type { EntityDefinition, EntityName } from './model/entity-definition.ts';
import type { JsonObject } from './model/json-object.ts';
import { objectAt } from './model/json-object.ts';
import type { QuickbooksWebhook, WebhookNotifier } from './webhook/webhook-notifier.ts';

/** Which company; the first one unless told. */
export interface InCompany {
  readonly realmId?: string | undefined;
}

export interface OfRecord extends InCompany {
  readonly entity: EntityName;
  readonly id: string;
}

/** Tokens of a consent. */
export interface ConnectedApp {
  readonly realmId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** What people do in QuickBooks, and what time does, while an app is connected. */
export interface QuickbooksActions {
  /** Creates a record the way a user does; the same rules hold. */
  create(
    input: InCompany & { readonly entity: EntityName; readonly record: JsonObject },
  ): JsonObject;
  /** Changes the given properties. */
  change(input: OfRecord & { readonly fields: JsonObject }): JsonObject;
  /** Deletes a transaction. */
  remove(input: OfRecord): void;
  voidTransaction(input: OfRecord): JsonObject;
  /** Merges a record of a list into another, as renaming it to the other's name does. */
  merge(
    input: InCompany & {
      readonly entity: EntityName;
      readonly fromId: string;
      readonly intoId: string;
    },
  ): JsonObject;
  /** Receives payments in full for that many open invoices, the oldest first. */
  payInvoices(input: InCompany & { readonly count: number }): {
    readonly paymentIds: readonly string[];
  };
  /** Puts a payment into a bank deposit: it cannot be changed any more (6540). */
  deposit(input: OfRecord): void;
  /** Gives records the same time of change, as an import does. */
  stampChanges(
    input: InCompany & {
      readonly entity: EntityName;
      readonly ids: readonly string[];
      /** @default now */
      readonly at?: string | undefined;
    },
  ): void;
  /** Closes the books up to a day, or opens them without one. */
  closeBooks(input: InCompany & { readonly closingDate?: string | undefined }): void;
  /** `suspended` answers 6190, `no-administrator` 120. */
  setCompanyStatus(input: InCompany & { readonly status: CompanyStatus }): void;
  setExchangeRate(input: InCompany & { readonly currency: string; readonly rate: number }): void;
  /** Consents once more, past the browser: a fresh pair of tokens. */
  connect(input?: InCompany & { readonly scope?: string | undefined }): ConnectedApp;
  /** The company that the next consents are for. */
  chooseCompany(input: { readonly realmId: string }): void;
  /** Lets the access tokens of a company, or of all, run out. */
  expireAccessTokens(input?: InCompany): { readonly expired: number };
  /** The user disconnects the app: access and refresh tokens are dead. */
  disconnect(input?: InCompany): { readonly ended: number };
  /** Moves the sandbox's clock on. */
  advanceClock(input: { readonly seconds: number }): { readonly now: string };
  /** Sets, replaces or (without url) removes the webhook of the app. */
  setWebhook(input: Partial<QuickbooksWebhook>): { readonly url: string | null };
  holdWebhooks(): void;
  /** Sends what was held back: in one POST, or one event each; in order or, as it happens, out of it. */
  releaseWebhooks(input?: {
    readonly order?: 'sent' | 'reversed' | undefined;
    readonly together?: boolean | undefined;
  }): void;
  /** Sends the same POST again. */
  redeliverWebhook(input: { readonly id: string }): void;
}

export interface QuickbooksActionsOptions {
  readonly openCompany: (realmId: string | undefined) => Records;
  readonly tokens: TokenBook;
  readonly clock: SandboxClock;
  readonly webhooks: WebhookNotifier;
  readonly defaultScope: string;
  readonly onCompanyChosen: (realmId: string) => void;
}

const asUser: WriteOptions = { isByPerson: true };

function definitionOf(entity: string): EntityDefinition {
  const definition = findEntity(entity);
  if (!definition) throw new RangeError(`There is no entity "${entity}"`);
  return definition;
}

const connected = ({ grant, accessToken, refreshToken }: IssuedTokens): ConnectedApp => ({
  realmId: grant.realmId,
  accessToken,
  refreshToken,
});

export function createQuickbooksActions(options: QuickbooksActionsOptions): QuickbooksActions {
  const { openCompany, tokens, clock, webhooks } = options;

  const locate = ({ realmId, entity, id }: OfRecord): { records: Records; row: Row } => {
    const records = openCompany(realmId);
    return { records, row: records.read(definitionOf(entity), id) };
  };

  return {
    create({ realmId, entity, record }) {
      const records = openCompany(realmId);
      return records.render(records.create(definitionOf(entity), record, asUser));
    },
    change({ fields, ...which }) {
      const { records, row } = locate(which);
      const body = { ...fields, Id: row.id, sparse: true };
      return records.render(records.update(row.definition, body, asUser));
    },
    remove(which) {
      const { records, row } = locate(which);
      records.remove(row.definition, { Id: row.id }, asUser);
    },
    voidTransaction(which) {
      const { records, row } = locate(which);
      return records.render(records.voidIt(row.definition, { Id: row.id }, asUser));
    },
    merge({ realmId, entity, fromId, intoId }) {
      const records = openCompany(realmId);
      return records.render(records.merge(definitionOf(entity), fromId, intoId));
    },
    payInvoices({ realmId, count }) {
      const records = openCompany(realmId);
      const open = [...records.company.rows('Invoice')].filter(
        ({ isDeleted, record }) => !isDeleted && Number(record.Balance) > 0,
      );
      const paymentIds = open.slice(0, count).map(({ id, record }) => {
        const { Balance, CurrencyRef } = record;
        const LinkedTxn = [{ TxnId: id, TxnType: 'Invoice' }];
        const payment = records.create(entityOf('Payment'), {
          CustomerRef: { value: objectAt(record, 'CustomerRef').value },
          CurrencyRef,
          TotalAmt: Balance,
          Line: [{ Amount: Balance, LinkedTxn }],
        });
        return payment.id;
      });
      return { paymentIds };
    },
    deposit(which) {
      locate(which).row.isDeposited = true;
    },
    stampChanges({ realmId, entity, ids, at }) {
      const { company } = openCompany(realmId);
      const instant = at === undefined ? clock.now() : Date.parse(at);
      if (Number.isNaN(instant)) throw new RangeError(`"${at}" is no instant; use ISO 8601`);
      for (const id of ids) {
        const row = company.find(entity, id);
        if (!row) throw new RangeError(`There is no ${entity} ${id}`);
        row.changedAt = instant;
      }
      company.version += 1;
    },
    closeBooks({ realmId, closingDate }) {
      const records = openCompany(realmId);
      const preferences = records.read(entityOf('Preferences'), '1');
      const { BookCloseDate: _, ...rest } = objectAt(preferences.record, 'AccountingInfoPrefs');
      const closed = closingDate === undefined ? {} : { BookCloseDate: closingDate };
      records.touch(preferences, { AccountingInfoPrefs: { ...rest, ...closed } }, 'Update');
    },
    setCompanyStatus({ realmId, status }) {
      openCompany(realmId).company.status = status;
    },
    setExchangeRate({ realmId, currency, rate }) {
      openCompany(realmId).company.exchangeRates.set(currency, rate);
    },
    connect({ realmId, scope = options.defaultScope } = {}) {
      return connected(tokens.connect(openCompany(realmId).company.realmId, scope));
    },
    chooseCompany({ realmId }) {
      options.onCompanyChosen(openCompany(realmId).company.realmId);
    },
    expireAccessTokens({ realmId } = {}) {
      return { expired: tokens.expireRealm(realmId, 'access') };
    },
    disconnect({ realmId } = {}) {
      return { ended: tokens.expireRealm(realmId, 'refresh') };
    },
    advanceClock({ seconds }) {
      clock.advance(seconds * 1_000);
      return { now: clock.iso() };
    },
    setWebhook({ url, ...rest }) {
      webhooks.configure(url === undefined ? undefined : { ...rest, url });
      return { url: url ?? null };
    },
    holdWebhooks: () => webhooks.hold(),
    releaseWebhooks({ order = 'sent', together = true } = {}) {
      webhooks.release({ order, isTogether: together });
    },
    redeliverWebhook: ({ id }) => webhooks.redeliver(id),
  };
}
