import type { ConnectorEvent, WebhookRequest } from '../contract/connector-event.ts';
import type { JsonValue } from '../contract/json.ts';
import { instantOf, isObject, objectsOf, readJson, textOf } from './read-payload.ts';

/** A CloudEvent 1.0 with its extension attributes. */
export type CloudEvent = { readonly [attribute: string]: JsonValue };

/**
 * The CloudEvents of a request in any of the three forms of the HTTP binding (structured, batch,
 * binary with `ce-` headers); `undefined` when it holds none. For senders whose signature covers the
 * body only, use `readCloudEventsOfBody`: anybody can add a header to a request that they captured.
 */
export function readCloudEvents(request: WebhookRequest): readonly CloudEvent[] | undefined {
  if (request.headers['ce-specversion'] !== undefined) {
    const payload = readJson(request);
    const attributes = Object.entries(request.headers).flatMap(([name, value]) =>
      name.startsWith('ce-') && value !== undefined ? [[name.slice(3), value] as const] : [],
    );
    const event = Object.fromEntries(attributes);
    return isCloudEvent(event) ? [{ ...event, data: payload ?? null }] : undefined;
  }
  return readCloudEventsOfBody(request);
}

/** The CloudEvents of a body (structured, batch); `undefined` when it holds none. */
export function readCloudEventsOfBody(request: WebhookRequest): readonly CloudEvent[] | undefined {
  const payload = readJson(request);
  const events = Array.isArray(payload) ? objectsOf(payload) : isObject(payload) ? [payload] : [];
  const isWhole =
    events.length > 0 && (!Array.isArray(payload) || events.length === payload.length);
  return isWhole && events.every(isCloudEvent) ? events : undefined;
}

/** What every CloudEvent says. Ids are unique for one source only. */
export function fromCloudEvent(event: CloudEvent): ConnectorEvent {
  return {
    id: `${textOf(event.source) ?? ''}#${textOf(event.id) ?? ''}`,
    type: textOf(event.type) ?? 'unknown',
    occurredAt: instantOf(event.time),
    ...(event.data === undefined || event.data === null ? {} : { data: event.data }),
  };
}

function isCloudEvent(event: CloudEvent): boolean {
  return (
    textOf(event.specversion) !== undefined &&
    textOf(event.id) !== undefined &&
    textOf(event.type) !== undefined &&
    textOf(event.source) !== undefined
  );
}
