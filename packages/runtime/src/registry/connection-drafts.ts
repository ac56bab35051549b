import type { ConnectorFactory, JsonValue } from '@common/connector-core';
import { checkCode, checkFlag, checkText } from './check-text.ts';
import type { ConnectionPatch, JsonObject, NewConnection } from './connection.ts';
import type { ConnectionState } from './connection-state.ts';
import type { ConnectorTypes } from './connector-types.ts';
import { isObject, isSameJson, mergePatch, toJsonObject } from './json-values.ts';
import { leavesOf, withoutMasks } from './mask-credentials.ts';
import { unusable } from './registry-error.ts';

/** A state that was checked, with the credentials that belong to it. */
export interface ConnectionDraft {
  readonly state: ConnectionState;
  readonly credentials: JsonObject;
}

export interface DraftContext {
  readonly types: ConnectorTypes;
  readonly environments: readonly string[];
  readonly newName: (of: 'credentials' | 'token') => string;
}

/** These grants came from a person or a refresh token: a new client secret does not end them. */
const keptGrants = ['oauth2-authorization-code', 'oauth2-refresh-token'];

/** @throws ConnectorError `ERR_CONFIGURATION` that names what is wrong; `ERR_UNKNOWN_CONNECTOR` */
export function draftOf(input: NewConnection, context: DraftContext): ConnectionDraft {
  const names = ['code', 'name', 'type', 'environment', 'active', 'settings', 'credentials'];
  checkNames(input, names);
  const code = checkCode(input.code);
  const factory = context.types.of(input.type);
  const settings = toJsonObject('settings', input.settings);
  const credentials = withoutMasks(toJsonObject('credentials', input.credentials), undefined);
  const state: ConnectionState = {
    code,
    name: checkText('name', input.name ?? code),
    type: factory.manifest.id,
    environment: checkEnvironment(input.environment, context.environments),
    active: checkFlag('active', input.active ?? true),
    url: urlOf(factory, settings),
    settings,
    authMethod: String(credentials.kind),
    credentials: context.newName('credentials'),
    token: context.newName('token'),
    removed: false,
  };
  checkParts(factory, { state, credentials });
  return { state, credentials };
}

/** @throws ConnectorError `ERR_CONFIGURATION` that names what is wrong; `ERR_UNKNOWN_CONNECTOR` */
export function draftOfPatch(
  before: ConnectionDraft,
  patch: ConnectionPatch,
  context: DraftContext,
): ConnectionDraft {
  checkNames(patch, ['name', 'environment', 'active', 'settings', 'credentials']);
  const { state } = before;
  const factory = context.types.of(state.type);
  const settings =
    patch.settings === undefined
      ? state.settings
      : (mergePatch(state.settings, toJsonObject('settings', patch.settings)) as JsonObject);
  const credentials =
    patch.credentials === undefined
      ? before.credentials
      : mergeCredentials(before.credentials, toJsonObject('credentials', patch.credentials));
  const url = urlOf(factory, settings);
  const isChanged = !isSameJson(credentials, before.credentials);
  const isOtherGrant =
    url !== state.url ||
    (isChanged && !isSameGrant(before.credentials, credentials, schemaOf(factory, credentials)));
  const next: ConnectionState = {
    ...state,
    name: checkText('name', patch.name ?? state.name),
    environment: checkEnvironment(patch.environment ?? state.environment, context.environments),
    active: checkFlag('active', patch.active ?? state.active),
    url,
    settings,
    authMethod: String(credentials.kind),
    credentials: isChanged ? context.newName('credentials') : state.credentials,
    // A token of other credentials must not be used, nor one be sent to another address.
    token: isOtherGrant ? context.newName('token') : state.token,
  };
  const draft = { state: next, credentials };
  checkParts(factory, draft);
  return draft;
}

/** @throws ConnectorError `ERR_CONFIGURATION` */
export function checkParts(factory: ConnectorFactory, { state, credentials }: ConnectionDraft) {
  factory.validateSettings(state.settings);
  factory.validateCredentials(credentials);
  for (const [path, { value }] of leavesOf('settings', state.settings)) {
    if (hasUser(value)) {
      throw unusable(path, 'must not hold a user or password; these belong into credentials.');
    }
  }
  if (credentials.revokeOnClose === true) {
    throw unusable(
      'credentials.revokeOnClose',
      'must not be true: connections are closed whenever they change and when a process ends.',
    );
  }
}

/** The schema of credentials; one that says nothing for a kind that is unknown. */
export function schemaOf(factory: ConnectorFactory, { kind }: JsonObject): JsonObject {
  const schemas = factory.credentialsSchemas;
  return typeof kind === 'string' && Object.hasOwn(schemas, kind) ? (schemas[kind] ?? {}) : {};
}

function mergeCredentials(stored: JsonObject, patch: JsonObject): JsonObject {
  const isOtherKind = Object.hasOwn(patch, 'kind') && patch.kind !== stored.kind;
  return isOtherKind
    ? withoutMasks(patch, undefined)
    : (mergePatch(stored, withoutMasks(patch, stored)) as JsonObject);
}

function isSameGrant(before: JsonObject, after: JsonObject, schema: JsonObject): boolean {
  if (before.kind !== after.kind || !keptGrants.includes(String(after.kind))) return false;
  if (!isSameJson(before.refreshToken, after.refreshToken)) return false;
  const open = (value: JsonObject) =>
    [...leavesOf('', value, schema)].filter(([, { isSecret }]) => !isSecret).sort();
  return JSON.stringify(open(before)) === JSON.stringify(open(after));
}

function checkNames(given: object, known: readonly string[]): void {
  if (!isObject(given as JsonValue)) throw unusable('connection', 'must be an object.');
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw unusable(
      name,
      name === 'code' || name === 'type'
        ? 'cannot be changed. Add another connection, and remove this one when nothing uses it.'
        : `must not be given, there is no such name. Known are: ${known.join(', ')}.`,
    );
  }
}

function checkEnvironment(value: unknown, known: readonly string[]): string {
  if (typeof value === 'string' && known.includes(value)) return value;
  throw unusable('environment', `must be one of ${known.join(', ')}.`);
}

/** The first setting that the schema calls an address; `baseUrl` before others. */
function urlOf({ settingsSchema }: ConnectorFactory, settings: JsonObject): string | null {
  const { properties } = settingsSchema;
  const names = isObject(properties)
    ? Object.entries(properties).flatMap(([name, schema]) =>
        isObject(schema) && schema.format === 'uri' ? [name] : [],
      )
    : [];
  for (const name of ['baseUrl', ...names]) {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (typeof value === 'string') return value;
  }
  return null;
}

function hasUser(value: JsonValue): boolean {
  if (typeof value !== 'string') return Array.isArray(value) && value.some(hasUser);
  if (!URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username !== '' || password !== '';
}
