import type { FlowKey, Intent, StateTransaction } from '@common/connector-sync';
import type { Kysely } from 'kysely';
import type { StateSchema } from './state-schema.ts';

/**
 * The journal, many intents in one row: a page of intents is written, and removed again a moment
 * later, far more often than one of them is looked at.
 */
export function journalState(
  db: Kysely<StateSchema>,
  lockFlow: (flow: FlowKey) => Promise<void>,
): StateTransaction['journal'] {
  const rowsOf = ({ tenant, flow }: FlowKey) =>
    db
      .selectFrom('sync_intent')
      .select(['chunk', 'intents'])
      .where('tenant', '=', tenant)
      .where('flow', '=', flow)
      .orderBy('chunk')
      .execute();

  async function list(flow: FlowKey): Promise<readonly Intent[]> {
    await lockFlow(flow);
    const byKey = new Map<string, Intent>();
    for (const { intents } of await rowsOf(flow)) {
      for (const intent of JSON.parse(intents) as StoredIntent[]) {
        // A later one replaces an earlier one of the same key.
        byKey.delete(intent[1]);
        byKey.set(intent[1], intentOf(flow, intent));
      }
    }
    return [...byKey.values()];
  }

  async function removeAll({ tenant, flow }: FlowKey): Promise<void> {
    await lockFlow({ tenant, flow });
    await db
      .deleteFrom('sync_intent')
      .where('tenant', '=', tenant)
      .where('flow', '=', flow)
      .execute();
  }

  async function add(intents: readonly Intent[]): Promise<void> {
    for (const [flow, some] of byFlow(intents)) {
      await lockFlow(flow);
      const last = await db
        .selectFrom('sync_intent')
        .select((query) => query.fn.max('chunk').as('chunk'))
        .where('tenant', '=', flow.tenant)
        .where('flow', '=', flow.flow)
        .executeTakeFirst();
      await db
        .insertInto('sync_intent')
        .values({
          tenant: flow.tenant,
          flow: flow.flow,
          chunk: Number(last?.chunk ?? 0) + 1,
          intents: JSON.stringify(some.map(stored)),
        })
        .execute();
    }
  }

  return {
    add,
    list,
    async flowsOf({ tenant, space }) {
      const flows = await db
        .selectFrom('sync_intent')
        .select('flow')
        .distinct()
        .where('tenant', '=', tenant)
        .execute();
      const found: string[] = [];
      // Few: only flows that run right now or were interrupted have intents.
      for (const { flow } of flows) {
        const intents = await list({ tenant, flow });
        if (intents.some((intent) => intent.space === space)) found.push(flow);
      }
      return found;
    },
    async remove(flow, keys) {
      if (keys === undefined) return removeAll(flow);
      const removed = new Set(keys);
      const rest = (await list(flow)).filter(({ key }) => !removed.has(key));
      await removeAll(flow);
      if (rest.length > 0) await add(rest);
    },
  };
}

function byFlow(intents: readonly Intent[]): Iterable<readonly [FlowKey, readonly Intent[]]> {
  const groups = new Map<string, readonly [FlowKey, Intent[]]>();
  for (const intent of intents) {
    const { tenant, flow } = intent;
    const name = JSON.stringify([tenant, flow]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [{ tenant, flow }, [intent]]);
    else group[1].push(intent);
  }
  return groups.values();
}

/** An intent without its flow, short: its fields in the order of `stored`. Fields may be added at the end. */
type StoredIntent = readonly [
  space: string,
  key: string,
  sourceKey: string,
  op: Intent['op'],
  idempotencyKey: string,
  targetKey: string | null,
  targetPart: string | null,
  sourceDigest: string,
  targetDigest: string,
  body: string | null,
  createdAt: number,
  shadow?: string | null,
];

function stored(intent: Intent): StoredIntent {
  return [
    intent.space,
    intent.key,
    intent.sourceKey,
    intent.op,
    intent.idempotencyKey,
    intent.targetKey ?? null,
    intent.targetPart ?? null,
    intent.sourceDigest,
    intent.targetDigest,
    intent.body ?? null,
    intent.createdAt,
    intent.shadow ?? null,
  ];
}

function intentOf({ tenant, flow }: FlowKey, intent: StoredIntent): Intent {
  return {
    tenant,
    flow,
    space: intent[0],
    key: intent[1],
    sourceKey: intent[2],
    op: intent[3],
    idempotencyKey: intent[4],
    targetKey: intent[5] ?? undefined,
    targetPart: intent[6] ?? undefined,
    sourceDigest: intent[7],
    targetDigest: intent[8],
    body: intent[9] ?? undefined,
    createdAt: intent[10],
    shadow: intent[11] ?? undefined,
  };
}
