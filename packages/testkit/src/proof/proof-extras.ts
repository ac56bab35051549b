import { createHmac } from 'node:crypto';
import {
  type Clock,
  ConnectorError,
  type ConnectorEvent,
  type ErrorCode,
  type IErpConnector,
  type WebhookReceipt,
  type WebhookRequest,
} from '@common/connector-core';
import type { WebhookSetup } from '../conformance-harness.ts';
import type { Flaws } from './flaw.ts';
import type { ProofHttp } from './proof-http.ts';

export const webhookSecret = 'canary-webhook-secret';
const toleranceMs = 300_000;

const sign = (time: string, body: Uint8Array): string =>
  createHmac('sha256', webhookSecret).update(`${time}.`).update(body).digest('hex');

/** A delivery of the invented vendor. */
export function proofDelivery({ n, sentAt, tenants = ['one'] }: WebhookSetup): WebhookRequest {
  const events = tenants.map((tenant) => ({ id: `${n}-${tenant}`, tenant, product: '101' }));
  const body = Buffer.from(JSON.stringify(events));
  const time = String(sentAt);
  return {
    method: 'POST',
    url: '/webhooks',
    headers: { 'x-proof-time': time, 'x-proof-signature': sign(time, body) },
    body,
  };
}

function isGenuine({ headers, body }: WebhookRequest, clock: Clock, flaws: Flaws): boolean {
  const { 'x-proof-time': time = '', 'x-proof-signature': signature = '' } = headers;
  if (flaws.has('takes-unsigned') && signature === '') return true;
  if (flaws.has('takes-any-body') && /^[0-9a-f]{64}$/.test(signature)) return true;
  const isFresh =
    Math.abs(clock.now() - Number(time)) <= toleranceMs || flaws.has('takes-old-webhooks');
  const length = flaws.has('compares-prefix') ? 8 : 64;
  return isFresh && signature.slice(0, length) === sign(time, body).slice(0, length);
}

type Extras = Required<Pick<IErpConnector, 'events' | 'receiveWebhook' | 'call' | 'native'>>;

interface Feed {
  readonly items: readonly { readonly id: number }[];
  readonly last: number;
  readonly isGone: boolean;
}

/** What the connector of the proof does beside reading and writing records. */
export function proofExtras(options: {
  readonly open: () => ProofHttp;
  readonly isClosed: () => boolean;
  readonly clock: Clock;
  readonly flaws: Flaws;
}): Extras {
  const { open, isClosed, clock, flaws } = options;
  const deliveries = new Set<string>();

  const fail = (code: ErrorCode, message: string) =>
    new ConnectorError({ code, category: 'unsupported', message, system: 'proof' });

  return {
    async *events(since, { signal } = {}) {
      const isEndless = flaws.has('streams-for-ever');
      const feed = async (after: number | 'now'): Promise<Feed> => {
        const call = { method: 'GET', url: `/feed?after=${after}` };
        try {
          return (await open().send(isEndless ? call : { ...call, signal })).body as Feed;
        } catch (error) {
          if (isEndless && ConnectorError.isInstance(error) && error.code === 'ERR_ABORTED') {
            return feed(after);
          }
          throw error;
        }
      };
      let after = Number(since?.after ?? (await feed('now')).last);
      for (;;) {
        if ((signal?.aborted || isClosed()) && !isEndless) return;
        const { items, last, isGone } = await feed(after);
        if (isGone && !flaws.has('skips-the-gap')) {
          throw fail('ERR_CHECKPOINT_EXPIRED', 'The vendor has forgotten the position; read all.');
        }
        const ids = flaws.has('reverses-events') ? [...items].reverse() : items;
        const events = ids.map(({ id }): ConnectorEvent => ({ id: `E${id}`, type: 'changed' }));
        after = flaws.has('confirms-early') ? last : Math.max(after, ...items.map(({ id }) => id));
        const checkpoint = { after: flaws.has('checkpoint-ahead') ? after + 1 : after };
        if (events.length > 0) yield { events, checkpoint };
        else await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },

    async receiveWebhook(request): Promise<WebhookReceipt> {
      if (!isGenuine(request, clock, flaws)) return { response: { status: 401 }, events: [] };
      const sent = JSON.parse(Buffer.from(request.body).toString()) as {
        id: string;
        tenant: string;
        product: string;
      }[];
      const events = sent
        .filter(({ id }) => !deliveries.has(id) || flaws.has('forgets-deliveries'))
        .map(({ id, tenant, product }, index) => ({
          id,
          type: 'product.changed',
          entity: flaws.has('names-any-entity') ? 'invoice' : 'product',
          key: product,
          tenant: flaws.has('mixes-tenants') && index > 0 ? sent[0]!.tenant : tenant,
          occurredAt: new Date(clock.now()).toISOString(),
        }));
      const remember = (): void => {
        for (const { id } of events) deliveries.add(id);
      };
      if (flaws.has('remembers-at-once')) remember();
      return { response: { status: 200 }, events, acknowledge: async () => remember() };
    },

    async call(operation, input, { signal } = {}) {
      if (operation !== 'recount') {
        const known = flaws.has('names-no-operation') ? '' : ' It has recount.';
        throw fail('ERR_UNSUPPORTED_OPERATION', `There is no operation "${operation}".${known}`);
      }
      const { body } = await open().send({ method: 'POST', url: '/recount', body: input, signal });
      return flaws.has('answers-nothing') ? (undefined as never) : (body as { count: number });
    },

    native: async () => ({
      get: (path: string) => open().send({ method: 'GET', url: path }),
    }),
  };
}
