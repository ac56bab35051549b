import { deepStrictEqual } from 'node:assert/strict';
import type { DeliveryLog } from './delivery-log.ts';

/** One promise of a delivery log. */
export interface DeliveryLogBehaviour {
  readonly name: string;
  run(log: DeliveryLog): Promise<void>;
}

const scope = 'endpoint';
const claim = (log: DeliveryLog, ids: readonly string[], now = 0, until = now + 100) =>
  log.claim({ scope, ids, now, until });

/**
 * What every `DeliveryLog` has to do. Run each behaviour on an empty log of your own:
 *
 * ```ts
 * for (const { name, run } of deliveryLogConformance) test(name, () => run(myLog()));
 * ```
 */
export const deliveryLogConformance: readonly DeliveryLogBehaviour[] = [
  {
    name: 'an id is new once, pending while somebody has it, and done when it is safe',
    async run(log) {
      deepStrictEqual(await claim(log, ['a']), ['new']);
      deepStrictEqual(await claim(log, ['a']), ['pending']);
      await log.confirm({ scope, ids: ['a'], until: 1000 });
      deepStrictEqual(await claim(log, ['a']), ['done']);
      await log.confirm({ scope, ids: ['a'], until: 1000 });
      deepStrictEqual(await claim(log, ['a']), ['done']);
    },
  },
  {
    name: 'a claim takes all new ids, or none while one is pending',
    async run(log) {
      await claim(log, ['a']);
      deepStrictEqual(await claim(log, ['b', 'a', 'c']), ['new', 'pending', 'new']);
      deepStrictEqual(await claim(log, ['b', 'c']), ['new', 'new']);
      await log.confirm({ scope, ids: ['b'], until: 1000 });
      await log.release({ scope, ids: ['c'] });
      deepStrictEqual(await claim(log, ['c', 'b']), ['new', 'done']);
    },
  },
  {
    name: 'a claim ends by itself, a confirmation when it is not to be remembered any more',
    async run(log) {
      await claim(log, ['a', 'b'], 0, 100);
      await log.confirm({ scope, ids: ['b'], until: 200 });
      deepStrictEqual(await claim(log, ['a'], 99), ['pending']);
      deepStrictEqual(await claim(log, ['a', 'b'], 100, 150), ['new', 'done']);
      deepStrictEqual(await claim(log, ['b'], 200), ['new']);
    },
  },
  {
    name: 'a released claim is new again, a confirmed one is not released',
    async run(log) {
      await claim(log, ['a', 'b']);
      await log.confirm({ scope, ids: ['b'], until: 1000 });
      await log.release({ scope, ids: ['a', 'b', 'never seen'] });
      deepStrictEqual(await claim(log, ['a', 'b']), ['new', 'done']);
    },
  },
  {
    name: 'scopes are apart',
    async run(log) {
      await claim(log, ['a']);
      deepStrictEqual(await log.claim({ scope: 'other', ids: ['a'], now: 0, until: 100 }), ['new']);
      await log.release({ scope: 'other', ids: ['a'] });
      deepStrictEqual(await claim(log, ['a']), ['pending']);
    },
  },
  {
    name: 'of claims at the same time one gets the id',
    async run(log) {
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim(log, ['a', 'b'])));
      const winners = claims.filter((states) => states.every((state) => state === 'new'));
      deepStrictEqual(winners.length, 1);
    },
  },
  {
    name: 'a request may bring many events, a log may hold many',
    async run(log) {
      const ids = Array.from({ length: 9000 }, (_, index) => `id-${index}`);
      deepStrictEqual(new Set(await claim(log, ids)), new Set(['new']));
      await log.confirm({ scope, ids: ids.slice(0, 8500), until: 1000 });
      await log.release({ scope, ids });
      const states = await claim(log, ids);
      deepStrictEqual(states.filter((state) => state === 'done').length, 8500);
      deepStrictEqual(states.filter((state) => state === 'new').length, 500);
      deepStrictEqual(new Set(await claim(log, ids, 1000, 1100)), new Set(['new']));
    },
  },
  {
    name: 'ids are any text',
    async run(log) {
      const ids = ['', "'; drop table x", 'ü€😀', 'A', 'a', ' a', 'x'.repeat(2000)];
      deepStrictEqual(
        await claim(log, ids),
        ids.map(() => 'new'),
      );
      await log.confirm({ scope, ids, until: 1000 });
      deepStrictEqual(
        await claim(log, ids),
        ids.map(() => 'done'),
      );
    },
  },
];
