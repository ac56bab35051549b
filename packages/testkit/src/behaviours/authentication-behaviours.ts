import type { Behaviour } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import { expectConnectorError } from '../expect-error.ts';
import { listKeys, listPages } from '../reading.ts';
import type { BehaviourContext, Stage } from '../stage/stage.ts';
import { all, canGet, canList, signsIn } from './applicability.ts';

const unauthorized = { kind: 'status', status: 401 } as const;

function signInCounter({ harness }: BehaviourContext, { sandbox }: Stage): () => number {
  const { signIn } = harness;
  ensure(
    signIn,
    'The manifest names a method with sign-in, but the harness does not say which calls sign in',
  );
  return () => sandbox.journal.count(signIn);
}

export const authenticationBehaviours: readonly Behaviour[] = [
  {
    id: 'authentication/once',
    group: 'authentication',
    name: 'signs in once more when its credentials have expired, and goes on',
    appliesTo: all(canList, signsIn),
    async run(context) {
      const stage = await context.stage();
      const signIns = signInCounter(context, stage);
      const before = await listKeys(stage.connector, context.entity);
      const signInsBefore = signIns();
      stage.failReads(unauthorized);
      const after = await listKeys(stage.connector, context.entity);
      ensure(after.join() === before.join(), 'Records are missing after the new sign-in');
      const count = signIns() - signInsBefore;
      ensure(count === 1, `Expected one more sign-in, there were ${count}`);
    },
  },
  {
    id: 'authentication/storm',
    group: 'authentication',
    name: 'signs in once for many calls that fail together',
    appliesTo: all(canList, canGet, signsIn),
    async run(context) {
      const stage = await context.stage();
      const signIns = signInCounter(context, stage);
      const keys = (await listKeys(stage.connector, context.entity)).slice(0, 4);
      const before = signIns();
      stage.failReads({ ...unauthorized, times: keys.length });
      await Promise.all(keys.map((key) => stage.connector.get(context.entity, key)));
      const count = signIns() - before;
      ensure(
        count === 1,
        `${keys.length} calls found their token expired and signed in ${count} times`,
      );
    },
  },
  {
    id: 'authentication/for-ever',
    group: 'authentication',
    name: 'gives up after one new sign-in when the vendor keeps refusing',
    appliesTo: canList,
    async run({ stage, entity, harness }) {
      const { connector, sandbox, failReads, reads } = await stage();
      // Ends some time, so that a connector that never gives up ends too.
      failReads({ ...unauthorized, times: 30 });
      await expectConnectorError(() => listPages(connector, entity), {
        category: ['authentication'],
      });
      ensure(reads() <= 4, `The vendor refused, and the connector sent ${reads()} requests`);
      const signIns = harness.signIn ? sandbox.journal.count(harness.signIn) : 0;
      ensure(signIns <= 3, `The vendor refused, and the connector signed in ${signIns} times`);
    },
  },
  {
    id: 'authentication/forbidden',
    group: 'authentication',
    name: 'reports a lack of permission as such, without trying again',
    appliesTo: canList,
    async run({ stage, entity }) {
      const { connector, failReads, reads } = await stage();
      failReads({ kind: 'status', status: 403, times: 10 });
      await expectConnectorError(() => listPages(connector, entity), {
        category: ['permission', 'authentication'],
      });
      ensure(reads() <= 2, `The vendor forbids it, and the connector asked ${reads()} times`);
    },
  },
];
