import type { DeliveryLog, DeliveryState } from './delivery-log.ts';

interface Delivery {
  readonly done: boolean;
  readonly until: number;
}

interface Scope {
  readonly deliveries: Map<string, Delivery>;
  /** So many are kept before those that have ended are looked for. */
  sweepAt: number;
}

const firstSweep = 1000;

/** Remembers deliveries in this process only: a replay after a restart is not recognised. */
export function memoryDeliveryLog(): DeliveryLog {
  const scopes = new Map<string, Scope>();
  const of = (name: string): Scope => {
    const scope = scopes.get(name) ?? { deliveries: new Map(), sweepAt: firstSweep };
    scopes.set(name, scope);
    return scope;
  };
  // Not at every claim: vendors wait for the answer, and a month of deliveries is long.
  const sweep = (scope: Scope, now: number): void => {
    if (scope.deliveries.size < scope.sweepAt) return;
    for (const [id, { until }] of scope.deliveries) if (until <= now) scope.deliveries.delete(id);
    scope.sweepAt = Math.max(firstSweep, 2 * scope.deliveries.size);
  };
  return {
    async claim({ scope: name, ids, now, until }) {
      const scope = of(name);
      sweep(scope, now);
      const states = ids.map((id): DeliveryState => {
        const delivery = scope.deliveries.get(id);
        if (delivery === undefined || delivery.until <= now) return 'new';
        return delivery.done ? 'done' : 'pending';
      });
      if (!states.includes('pending')) {
        for (const [index, id] of ids.entries()) {
          if (states[index] === 'new') scope.deliveries.set(id, { done: false, until });
        }
      }
      return states;
    },
    async confirm({ scope, ids, until }) {
      for (const id of ids) of(scope).deliveries.set(id, { done: true, until });
    },
    async release({ scope, ids }) {
      const { deliveries } = of(scope);
      for (const id of ids) if (deliveries.get(id)?.done === false) deliveries.delete(id);
    },
  };
}
