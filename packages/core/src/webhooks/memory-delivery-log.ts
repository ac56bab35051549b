import type { DeliveryLog, DeliveryState } from './delivery-log.ts';

interface Delivery {
  readonly done: boolean;
  readonly until: number;
}

/** Remembers deliveries in this process only: a replay after a restart is not recognised. */
export function memoryDeliveryLog(): DeliveryLog {
  const scopes = new Map<string, Map<string, Delivery>>();
  const of = (scope: string): Map<string, Delivery> => {
    const deliveries = scopes.get(scope) ?? new Map<string, Delivery>();
    scopes.set(scope, deliveries);
    return deliveries;
  };
  return {
    async claim({ scope, ids, now, until }) {
      const deliveries = of(scope);
      for (const [id, delivery] of deliveries) if (delivery.until <= now) deliveries.delete(id);
      const states = ids.map((id): DeliveryState => {
        const delivery = deliveries.get(id);
        return delivery === undefined ? 'new' : delivery.done ? 'done' : 'pending';
      });
      if (!states.includes('pending')) {
        for (const [index, id] of ids.entries()) {
          if (states[index] === 'new') deliveries.set(id, { done: false, until });
        }
      }
      return states;
    },
    async confirm({ scope, ids, until }) {
      for (const id of ids) of(scope).set(id, { done: true, until });
    },
    async release({ scope, ids }) {
      for (const id of ids) if (of(scope).get(id)?.done === false) of(scope).delete(id);
    },
  };
}
