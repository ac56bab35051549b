import type { StateDump } from '../toolkit/control-plane.ts';
import type { WebhookDelivery } from '../toolkit/webhook-sender.ts';
import type { ReplayTable } from './access/replay-table.ts';
import type { TokenBook } from './access/token-book.ts';
import type { Records } from './company/records.ts';
import { entities } from './model/entities.ts';
import type { EntityName } from './model/entity-definition.ts';
import type { JsonObject } from './model/json-object.ts';
import type { WebhookNotifier } from './webhook/webhook-notifier.ts';

export interface QuickbooksCounters {
  readonly requests: number;
  /** Consents that were not revoked. */
  readonly grants: number;
  /** Token refreshes that succeeded. */
  readonly refreshes: number;
  /** Codes and refresh tokens that were not accepted. */
  readonly refusedGrants: number;
  /** Answers that are kept by request id. */
  readonly requestIds: number;
  /** Writes that were answered from there. */
  readonly replays: number;
}

/** What the sandbox holds, past the API: the proof of what really happened. */
export interface QuickbooksState {
  /** Records as the API shows them, inactive ones too, deleted ones not. @default the first company */
  records(entity: EntityName, realmId?: string): readonly JsonObject[];
  /** Ids of deleted records. */
  deleted(entity: EntityName, realmId?: string): readonly string[];
  record(entity: EntityName, id: string, realmId?: string): JsonObject | undefined;
  /** What was posted, and how it went. */
  webhooks(): readonly WebhookDelivery[];
  counters(): QuickbooksCounters;
  /** What `GET /__sandbox/state` shows: every entity of the first company, and the counters. */
  readonly dumps: Readonly<Record<string, StateDump>>;
}

export interface QuickbooksStateOptions {
  readonly openCompany: (realmId: string | undefined) => Records;
  readonly tokens: TokenBook;
  readonly replays: ReplayTable;
  readonly webhooks: WebhookNotifier;
  readonly requests: () => number;
}

export function createQuickbooksState(options: QuickbooksStateOptions): QuickbooksState {
  const { openCompany: open, tokens, replays, webhooks, requests } = options;

  const records = (entity: EntityName, realmId?: string): readonly JsonObject[] => {
    const { company, render } = open(realmId);
    return [...company.rows(entity)].filter(({ isDeleted }) => !isDeleted).map(render);
  };
  const counters = (): QuickbooksCounters => {
    const { grants, refreshes, refused } = tokens.counts;
    return {
      requests: requests(),
      grants,
      refreshes,
      refusedGrants: refused,
      requestIds: replays.size,
      replays: replays.replayed,
    };
  };

  return {
    records,
    deleted: (entity, realmId) =>
      [...open(realmId).company.rows(entity)]
        .filter(({ isDeleted }) => isDeleted)
        .map(({ id }) => id),
    record(entity, id, realmId) {
      const { company, render } = open(realmId);
      const row = company.live(entity, id);
      return row && render(row);
    },
    webhooks: () => [...webhooks.deliveries],
    counters,
    dumps: {
      ...Object.fromEntries(entities.map(({ name }) => [name, () => records(name)])),
      webhooks: () => [...webhooks.deliveries],
      counters,
    },
  };
}
