import type { IErpConnector, WebhookReceipt, WebhookRequest } from '@common/connector-core';
import type { Behaviour, BehaviourSubject } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import type { WebhookHarness } from '../conformance-harness.ts';
import { show } from '../expect-error.ts';
import type { BehaviourContext } from '../stage/stage.ts';
import { all, announces } from './applicability.ts';

const hasWebhooks = announces('webhooks');

function harnessOf({ harness }: Pick<BehaviourContext, 'harness'>): WebhookHarness {
  ensure(
    harness.webhooks,
    'The connector announces webhooks, but the harness has none to deliver. Give `webhooks: { delivery, signedHeaders, toleranceMs, tenants }` (see WebhookHarness).',
  );
  return harness.webhooks;
}

/** What the vendor's deliveries do not have is no matter of the connector; whether they have it, the harness says. */
const deliveriesHave =
  (what: 'toleranceMs' | 'tenants') =>
  ({ harness }: BehaviourSubject): true | string => {
    const value = harness.webhooks?.[what];
    return typeof value === 'string' ? value : true;
  };

async function receive(connector: IErpConnector, request: WebhookRequest): Promise<WebhookReceipt> {
  ensure(connector.receiveWebhook, 'The connector has no method "receiveWebhook"');
  const receipt = await connector.receiveWebhook(request).catch((error: unknown) => {
    ensure(false, `receiveWebhook must answer a status, but it threw ${show(error)}`);
  });
  const { status } = receipt.response;
  ensure(Number.isInteger(status) && status >= 200 && status < 600, `The status is ${status}`);
  return receipt;
}

const isTaken = ({ response }: WebhookReceipt): boolean =>
  response.status >= 200 && response.status < 300;

async function ensureRefused(
  connector: IErpConnector,
  request: WebhookRequest,
  what: string,
): Promise<void> {
  const { response, events } = await receive(connector, request);
  ensure(events.length === 0, `${what} was taken as genuine: ${events.length} events came of it`);
  ensure(
    response.status >= 400 && response.status < 500,
    `${what} was answered ${response.status}; the sender must see a 4xx`,
  );
}

async function ensureTaken(connector: IErpConnector, request: WebhookRequest) {
  const receipt = await receive(connector, request);
  ensure(isTaken(receipt), `A genuine delivery was answered ${receipt.response.status}`);
  ensure(receipt.events.length > 0, 'A genuine delivery brought no event');
  return receipt;
}

const flip = (body: Uint8Array, index: number, bit: number): Uint8Array =>
  body.map((byte, at) => (at === index ? byte ^ (1 << bit) : byte));

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Another character in the same place: in base64 its highest bit is the other one, for the lowest ones
 * of a last character mean nothing, and a letter of hexadecimal is not only in another case.
 */
function alter(text: string, index: number): string | undefined {
  const at = alphabet.indexOf(text[index]!.replace('-', '+').replace('_', '/'));
  if (at < 0) return undefined;
  return text.slice(0, index) + alphabet[(at + 32) % 64]! + text.slice(index + 1);
}

export const webhookBehaviours: readonly Behaviour[] = [
  {
    id: 'webhooks/genuine',
    group: 'webhooks',
    name: 'takes a delivery that is signed well, and says what it tells',
    appliesTo: hasWebhooks,
    async run(context) {
      const { delivery } = harnessOf(context);
      const { connector, clock } = await context.stage();
      const { events } = await ensureTaken(
        connector,
        await delivery({ n: 1, sentAt: clock.now() }),
      );
      const entities = Object.keys(connector.capabilities.entities);
      for (const { id, type, entity, occurredAt } of events) {
        ensure(id !== '' && type !== '', `An event has no id or no type: ${show({ id, type })}`);
        ensure(
          entity === undefined || entities.includes(entity),
          `An event is about the entity "${entity}", which the connector does not announce`,
        );
        ensure(
          occurredAt === undefined || /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(occurredAt),
          `occurredAt is "${occurredAt}", which is no ISO instant in UTC`,
        );
      }
    },
  },
  {
    id: 'webhooks/body-altered',
    group: 'webhooks',
    name: 'refuses a delivery with any byte of its body altered',
    appliesTo: hasWebhooks,
    async run(context) {
      const { delivery } = harnessOf(context);
      const { connector, clock } = await context.stage();
      const request = await delivery({ n: 1, sentAt: clock.now() });
      for (const index of request.body.keys()) {
        const body = flip(request.body, index, index % 8);
        await ensureRefused(connector, { ...request, body }, `A body with byte ${index} altered`);
      }
      const longer = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) };
      await ensureRefused(connector, longer, 'A body with a blank at its end');
      await ensureTaken(connector, request);
    },
  },
  {
    id: 'webhooks/signature-altered',
    group: 'webhooks',
    name: 'refuses a delivery with any character of its signature altered',
    appliesTo: hasWebhooks,
    async run(context) {
      const { delivery, signedHeaders } = harnessOf(context);
      const { connector, clock } = await context.stage();
      const request = await delivery({ n: 1, sentAt: clock.now() });
      for (const name of signedHeaders) {
        const value = request.headers[name];
        ensure(value, `The delivery of the harness has no header "${name}"`);
        for (const index of Array.from(value).keys()) {
          const altered = alter(value, index);
          if (altered === undefined) continue;
          const headers = { ...request.headers, [name]: altered };
          const what = `A delivery with character ${index} of ${name} altered`;
          await ensureRefused(connector, { ...request, headers }, what);
        }
      }
    },
  },
  {
    id: 'webhooks/unsigned',
    group: 'webhooks',
    name: 'refuses a delivery without signature, and one that is no delivery at all',
    appliesTo: hasWebhooks,
    async run(context) {
      const { delivery, signedHeaders } = harnessOf(context);
      const { connector, clock } = await context.stage();
      const request = await delivery({ n: 1, sentAt: clock.now() });
      ensure(signedHeaders.length > 0, 'The harness names no signedHeaders');
      for (const name of signedHeaders) {
        const { [name]: _left, ...headers } = request.headers;
        await ensureRefused(connector, { ...request, headers }, `A delivery without ${name}`);
        const empty = { ...request, headers: { ...headers, [name]: '' } };
        await ensureRefused(connector, empty, `A delivery with an empty ${name}`);
      }
      const junk = { ...request, headers: {}, body: Buffer.from('no delivery {') };
      await ensureRefused(connector, junk, 'A body that is no delivery');
    },
  },
  {
    id: 'webhooks/stale',
    group: 'webhooks',
    name: 'refuses a delivery that was signed too long ago',
    appliesTo: all(hasWebhooks, deliveriesHave('toleranceMs')),
    async run(context) {
      const { delivery, toleranceMs } = harnessOf(context);
      const { connector, clock } = await context.stage();
      const sentAt = clock.now() - Number(toleranceMs) - 60_000;
      const old = await delivery({ n: 1, sentAt });
      await ensureRefused(connector, old, `A delivery of ${toleranceMs} ms and a minute ago`);
    },
  },
  {
    id: 'webhooks/replay',
    group: 'webhooks',
    name: 'brings the events of a repeated delivery once',
    appliesTo: hasWebhooks,
    async run(context) {
      const { delivery } = harnessOf(context);
      const { connector, clock } = await context.stage();
      const request = await delivery({ n: 1, sentAt: clock.now() });
      const receipt = await ensureTaken(connector, request);
      ensure(receipt.acknowledge, 'A receipt with events must have "acknowledge"');
      await receipt.acknowledge();
      await receipt.acknowledge();
      const again = await receive(connector, request);
      ensure(
        again.events.length === 0,
        `The same delivery brought its events again: ${show(again.events.map(({ id }) => id))}`,
      );
      ensure(
        isTaken(again),
        `A repeated delivery was answered ${again.response.status}; then the vendor repeats it for ever`,
      );
      await ensureTaken(connector, await delivery({ n: 2, sentAt: clock.now() }));
    },
  },
  {
    id: 'webhooks/not-acknowledged',
    group: 'webhooks',
    name: 'brings events again that nobody has acknowledged',
    appliesTo: hasWebhooks,
    async run(context) {
      const { delivery } = harnessOf(context);
      const { connector, clock } = await context.stage();
      const ids = async (): Promise<readonly string[]> => {
        const request = await delivery({ n: 1, sentAt: clock.now() });
        const { response, events } = await receive(connector, request);
        ensure(
          events.length > 0 || response.status >= 500,
          `The app died before its events were safe, and the next delivery was answered ${response.status} without them`,
        );
        return events.map(({ id }) => id);
      };
      const first = await ids();
      // The app may still be at work: for a while the vendor is told to come again.
      let again = await ids();
      for (let waits = 0; again.length === 0 && waits < 100; waits += 1) {
        await clock.sleep(9_000);
        again = await ids();
      }
      ensure(
        again.join() === first.join(),
        `The events [${first.join(', ')}] came again as [${again.join(', ')}]`,
      );
    },
  },
  {
    id: 'webhooks/tenants',
    group: 'webhooks',
    name: 'says of each event of a delivery which tenant it belongs to',
    appliesTo: all(hasWebhooks, deliveriesHave('tenants')),
    async run(context) {
      const { delivery, tenants } = harnessOf(context);
      const { connector, clock } = await context.stage();
      const request = await delivery({
        n: 1,
        sentAt: clock.now(),
        tenants: tenants as readonly string[],
      });
      const { events } = await ensureTaken(connector, request);
      const found = [...new Set(events.map(({ tenant }) => tenant))].sort();
      ensure(
        found.join() === [...tenants].sort().join(),
        `The delivery is about the tenants ${show(tenants)}, its events name ${show(found)}`,
      );
      const ids = events.map(({ id }) => id);
      ensure(new Set(ids).size === ids.length, `Two events have the same id: ${show(ids)}`);
    },
  },
];
