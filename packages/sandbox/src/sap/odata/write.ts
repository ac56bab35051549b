import type { Behaviours, WriteContext } from './behaviour.ts';
import type { ODataAnswer, ODataCall } from './call.ts';
import { bodyWireOf } from './dialect.ts';
import { type Draft, parseDraft } from './draft.ts';
import { businessFault, SapFault, type SapMessage } from './fault.ts';
import { type EntitySet, initialValue, type Row, type Value } from './model.ts';
import { entityAnswer } from './read.ts';
import { etagReader, joinValues } from './related.ts';
import { resolvePath, type Target } from './resolve.ts';
import { formatKey, type PathSegment } from './resource-path.ts';
import { sapMessageHeaders } from './sap-message.ts';
import type { Store } from './store.ts';

export interface WriteEnvironment {
  readonly store: Store;
  readonly behaviours: Behaviours;
  readonly user: string;
  readonly readOnlyProperties: 'ignore' | 'reject';
  /** Moves the clock on and gives the change time. */
  readonly nextStamp: () => string;
}

const methodNotAllowed = (call: ODataCall): SapFault =>
  new SapFault({
    status: 405,
    code: '/IWFND/CM_MGW/004',
    message: `Method '${call.method}' is not allowed for '${call.path}'`,
  });

/** Answers POST, PATCH, MERGE, PUT and DELETE; a refused write leaves nothing behind. */
export function writeResource(
  call: ODataCall,
  segments: readonly PathSegment[],
  environment: WriteEnvironment,
): ODataAnswer {
  const { store } = environment;
  const messages: SapMessage[] = [];
  const context = createWriteContext(environment, messages);
  return store.atomically(() => {
    const target = resolvePath(segments, { service: call.service, store });
    const answer = perform(call, target, environment, context);
    const errors = messages.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw businessFault(messages);
    // V4 tells its messages in the body, if there is one.
    if (call.service.odataVersion === 4 && answer.body !== undefined) return answer;
    const headers = {
      ...answer.headers,
      ...sapMessageHeaders(messages, call.service.odataVersion),
    };
    return { ...answer, headers };
  });
}

function perform(
  call: ODataCall,
  target: Target,
  environment: WriteEnvironment,
  context: WriteContext,
): ODataAnswer {
  if (target.is === 'collection' && call.method === 'POST' && target.set.isCreatable) {
    return create(call, target, environment, context);
  }
  if (target.is !== 'entity') throw methodNotAllowed(call);
  const { set, row } = target;
  const isUpdate = ['PATCH', 'MERGE', 'PUT'].includes(call.method);
  const isAllowed = isUpdate ? set.isUpdatable : call.method === 'DELETE' && set.isDeletable;
  if (!isAllowed) throw methodNotAllowed(call);
  assertEtag(call, set, row, environment.store);
  if (isUpdate) return update(call, { set, row }, environment, context);
  const behaviour = environment.behaviours[set.table];
  if (behaviour?.remove) behaviour.remove(row, context);
  else environment.store.table(set.table).remove(row);
  behaviour?.afterWrite?.(row, context);
  return { status: 204, headers: versionHeaders(call) };
}

const versionHeaders = (call: ODataCall): Readonly<Record<string, string>> =>
  call.service.odataVersion === 2 ? { dataserviceversion: '2.0' } : { 'odata-version': '4.0' };

function assertJsonBody(call: ODataCall): void {
  const type = call.headers['content-type'] ?? '';
  if (type.includes('json')) return;
  throw new SapFault({
    status: 415,
    code: '/IWFND/CM_MGW_RT/415',
    message: `The content type '${type}' is not supported; send application/json`,
  });
}

function create(
  call: ODataCall,
  target: Extract<Target, { is: 'collection' }>,
  environment: WriteEnvironment,
  context: WriteContext,
): ODataAnswer {
  assertJsonBody(call);
  const { set, parent } = target;
  const { service } = call;
  const draft = parseDraft(call.body, {
    service,
    set,
    wire: bodyWireOf(call),
    purpose: 'create',
    readOnlyProperties: environment.readOnlyProperties,
  });
  const inherited = parent ? joinValues(parent.navigation.join, parent.row) : {};
  const row = context.create(set.table, { ...draft, values: { ...draft.values, ...inherited } });
  const answer = entityAnswer(call, {
    set,
    row: environment.store.table(set.table).get(row) ?? row,
    store: environment.store,
    query: expandQuery(draft, service.odataVersion),
    messages: context.messages,
  });
  const location = `${call.root}/${set.name}${formatKey(row, set)}`;
  return { status: 201, ...answer, headers: { ...answer.headers, location } };
}

/** What was sent deep comes back expanded. */
function expandQuery(draft: Draft, odataVersion: 2 | 4): string {
  const paths = odataVersion === 2 ? expandPathsV2(draft).join() : expandItemsV4(draft);
  return paths === '' ? '' : `$expand=${encodeURIComponent(paths)}`;
}

function expandPathsV2(draft: Draft): readonly string[] {
  return [...draft.children.values()].flatMap(({ navigation: { name }, drafts }) => {
    const below = new Set(drafts.flatMap(expandPathsV2));
    return [name, ...[...below].map((path) => `${name}/${path}`)];
  });
}

function expandItemsV4(draft: Draft): string {
  return [...draft.children.values()]
    .map(({ navigation: { name }, drafts }) => {
      const below = drafts.map(expandItemsV4);
      const longest = below.reduce((best, text) => (text.length > best.length ? text : best), '');
      return longest === '' ? name : `${name}($expand=${longest})`;
    })
    .join();
}

function update(
  call: ODataCall,
  { set, row }: { readonly set: EntitySet; readonly row: Row },
  environment: WriteEnvironment,
  context: WriteContext,
): ODataAnswer {
  assertJsonBody(call);
  const { store, behaviours } = environment;
  const { values } = parseDraft(call.body, {
    service: call.service,
    set,
    wire: bodyWireOf(call),
    purpose: 'update',
    readOnlyProperties: environment.readOnlyProperties,
  });
  const changes = call.method === 'PUT' ? { ...initialValues(set), ...values } : values;
  const behaviour = behaviours[set.table];
  const changed = behaviour?.update
    ? behaviour.update(row, changes, context)
    : store.table(set.table).replace(row, changes);
  behaviour?.afterWrite?.(changed, context);
  const isMinimal = /return=minimal/.test(call.headers.prefer ?? '');
  if (call.service.odataVersion === 2 || isMinimal) {
    return { status: 204, headers: versionHeaders(call) };
  }
  const current = store.table(set.table).get(changed) ?? changed;
  return {
    status: 200,
    ...entityAnswer(call, { set, row: current, store, query: '', messages: context.messages }),
  };
}

/** PUT resets what was not sent. */
function initialValues(set: EntitySet): Readonly<Record<string, Value>> {
  const updatable = set.properties.filter(({ isUpdatable }) => isUpdatable);
  return Object.fromEntries(updatable.map((property) => [property.field, initialValue(property)]));
}

function assertEtag(call: ODataCall, set: EntitySet, row: Row, store: Store): void {
  if (!set.etag) return;
  const expected = call.headers['if-match'];
  if (expected === undefined) {
    throw new SapFault({
      status: 428,
      code: '/IWBEP/CM_MGW_RT/182',
      message: 'Precondition required: send the ETag in the header If-Match',
    });
  }
  const actual = etagReader(store, set.etag, call.service.odataVersion)(row);
  if (expected === '*' || expected.split(/,\s*(?=W\/|")/).includes(actual)) return;
  throw new SapFault({
    status: 412,
    code: '/IWBEP/CM_MGW_RT/020',
    message: 'Precondition failed: the entity was changed in the meantime',
  });
}

function createWriteContext(
  { store, behaviours, user, nextStamp }: WriteEnvironment,
  messages: SapMessage[],
): WriteContext {
  let stamp: string | undefined;
  const context: WriteContext = {
    store,
    user,
    stamp() {
      stamp ??= nextStamp();
      return stamp;
    },
    today: () => context.stamp().slice(0, 10),
    messages,
    report: (message) => void messages.push(message),
    create(table, draft) {
      const behaviour = behaviours[table];
      const row = behaviour?.create
        ? behaviour.create(draft, context)
        : createPlainly(draft, context);
      behaviour?.afterWrite?.(row, context);
      return row;
    },
  };
  return context;
}

/** Stores an entity and what was sent below it. @throws SapFault when the key exists */
export function createPlainly(
  draft: Draft,
  context: WriteContext,
  extra: Readonly<Record<string, Value>> = {},
): Row {
  const { set } = draft;
  const row = context.store.table(set.table).insert({ ...draft.values, ...extra });
  createChildren(draft, row, context);
  return row;
}

/** Writes the children of a deep insert with the parent's key. */
export function createChildren(draft: Draft, parent: Row, context: WriteContext): void {
  for (const [table, { navigation, drafts }] of draft.children) {
    const inherited = joinValues(navigation.join, parent);
    for (const child of drafts) {
      context.create(table, { ...child, values: { ...child.values, ...inherited } });
    }
  }
}
