import type { Attributes, Meter } from '@opentelemetry/api';
import type { LifecycleEvent, LifecycleEventType } from '../contract/lifecycle-event.ts';
import type { ConnectorObserver } from '../observe/connector-observer.ts';
import { resultAttributes, targetAttributes } from './http-attributes.ts';

/** As the conventions advise for `http.client.request.duration`, in seconds. */
const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Operations wait, back off and try again: up to their deadline of two minutes. */
const waitingBounds = [...durationBounds, 30, 60, 120];

const circuitStates: Partial<Record<LifecycleEventType, 'open' | 'half-open'>> = {
  'breaker-opened': 'open',
  'breaker-half-opened': 'half-open',
};

/** Measures requests, operations and records. No attribute names a tenant: a metric has few series. */
export function connectorMetrics(meter: Meter): Required<ConnectorObserver> {
  const requests = meter.createHistogram('http.client.request.duration', {
    description: 'Duration of HTTP client requests.',
    unit: 's',
    advice: { explicitBucketBoundaries: durationBounds },
  });
  const operations = meter.createHistogram('connector.operation.duration', {
    description: 'Duration of operations with all their waits and retries.',
    unit: 's',
    advice: { explicitBucketBoundaries: waitingBounds },
  });
  const waits = meter.createHistogram('connector.governor.wait', {
    description: 'How long operations wait for the budget of the vendor tenant.',
    unit: 's',
    advice: { explicitBucketBoundaries: waitingBounds },
  });
  const retries = meter.createCounter('connector.retries', {
    description: 'Requests that are tried again, by why.',
    unit: '{retry}',
  });
  const records = meter.createCounter('connector.records', {
    description: 'Records read and written.',
    unit: '{record}',
  });
  const events = meter.createCounter('connector.lifecycle.events', {
    description: 'What happened to connections: connected, throttled, and so on.',
    unit: '{event}',
  });
  const circuits = meter.createUpDownCounter('connector.circuits', {
    description: 'Circuits that are open or half open at the moment.',
    unit: '{circuit}',
  });
  const stateOf = new Map<string, 'open' | 'half-open'>();

  const countCircuit = ({ type, system, connection }: LifecycleEvent): void => {
    const isChange = type.startsWith('breaker-') || type === 'disconnected';
    if (!isChange) return;
    const key = JSON.stringify([system, connection]);
    const before = stateOf.get(key);
    const now = circuitStates[type];
    const attributes = (state: string): Attributes => ({
      'connector.system': system,
      'connector.circuit.state': state,
    });
    if (before !== undefined) circuits.add(-1, attributes(before));
    if (now === undefined) stateOf.delete(key);
    else {
      stateOf.set(key, now);
      circuits.add(1, attributes(now));
    }
  };

  return {
    lifecycle(event) {
      events.add(1, { 'connector.system': event.system, 'connector.event': event.type });
      countCircuit(event);
    },
    operation(start) {
      const system = { 'connector.system': start.system };
      let target: Attributes = {};
      return {
        admitted: ({ waitMs }) => waits.record(waitMs / 1000, system),
        attemptStarted(attempt) {
          target = targetAttributes(attempt);
          return undefined;
        },
        attemptEnded: (result) =>
          requests.record(result.latencyMs / 1000, { ...target, ...resultAttributes(result) }),
        retry: ({ code }) => retries.add(1, { ...system, 'error.type': code }),
        ended: (outcome) =>
          operations.record(outcome.durationMs / 1000, {
            ...system,
            ...(start.operation === undefined ? {} : { 'connector.operation': start.operation }),
            ...(start.entity === undefined ? {} : { 'connector.entity': start.entity }),
            ...(outcome.ok ? {} : { 'error.type': outcome.code }),
          }),
      };
    },
    records({ system, entity, direction, succeeded, failed }) {
      const attributes = {
        'connector.system': system,
        'connector.entity': entity,
        'connector.direction': direction,
      };
      if (succeeded > 0)
        records.add(succeeded, { ...attributes, 'connector.outcome': 'succeeded' });
      if (failed > 0) records.add(failed, { ...attributes, 'connector.outcome': 'failed' });
    },
  };
}
