import type { Behaviour, BehaviourSubject } from '../behaviour.ts';

type Applicability = NonNullable<Behaviour['appliesTo']>;

/** All of several conditions; the first reason against it wins. */
export const all =
  (...conditions: readonly Applicability[]): Applicability =>
  (subject) => {
    for (const condition of conditions) {
      const answer = condition(subject);
      if (answer !== true) return answer;
    }
    return true;
  };

const can =
  (name: 'list' | 'get' | 'create' | 'update' | 'delete' | 'deletesVisible') =>
  ({ capabilities }: BehaviourSubject): true | string =>
    capabilities[name] || `declares ${name}: false`;

export const canList = can('list');
export const canGet = can('get');
export const canCreate = can('create');
export const canUpdate = can('update');
export const canDelete = can('delete');
export const showsDeletes = can('deletesVisible');

/** Whether the vendor's records can go; the harness may say why they never do. */
export const losesRecords: Applicability = ({ harness, entity }) => {
  const remove = harness.entities[entity]?.remove;
  return typeof remove === 'string' ? remove : true;
};

/** By how the entity finds its changes. */
export const findsChangesBy =
  (...kinds: readonly string[]): Applicability =>
  ({ capabilities }) =>
    kinds.includes(capabilities.changes) || `declares changes: '${capabilities.changes}'`;

export const findsChanges = findsChangesBy('delta-token', 'timestamp', 'event');

/** By how the entity keeps a write from happening twice. */
export const isIdempotentBy =
  (...kinds: readonly string[]): Applicability =>
  ({ capabilities }) =>
    kinds.includes(capabilities.idempotency) ||
    `declares idempotency: '${capabilities.idempotency}'`;

const staticMethods: readonly string[] = [
  'none',
  'basic',
  'api-key',
  'bearer',
  'oauth1',
  'mtls',
  'mutual-tls',
];

/** Whether the connector has a sign-in that can be repeated: a token or a session. */
export const signsIn: Applicability = ({ connector }) => {
  const { authMethods } = connector.manifest;
  return (
    authMethods.some((method) => !staticMethods.includes(method)) ||
    `declares authMethods: ${authMethods.join(', ')}`
  );
};

/** By what the connector announces beside its entities. */
export const announces =
  (what: 'webhooks' | 'events' | 'native' | 'operations'): Applicability =>
  ({ connector: { capabilities } }) => {
    const { operations = [], events, webhooks, native } = capabilities;
    const isAnnounced = {
      operations: operations.length > 0,
      events: events === true,
      webhooks: webhooks === true,
      native: native !== undefined,
    };
    return isAnnounced[what] || `announces no ${what}`;
  };
