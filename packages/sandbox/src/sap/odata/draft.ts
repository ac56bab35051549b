import { badRequest, SapFault } from './fault.ts';
import type { EntitySet, Navigation, Property, Service, Value } from './model.ts';
import { JsonNumber, parseJsonExact, type WireFormat } from './wire.ts';

/** What a caller wants written: only the fields that were sent. */
export interface Draft {
  readonly set: EntitySet;
  /** By field of the state. */
  readonly values: Readonly<Record<string, Value>>;
  /** Deep insert: by table, so that V2 and V4 names do not matter. */
  readonly children: ReadonlyMap<string, DraftChildren>;
}

interface DraftChildren {
  readonly navigation: Navigation;
  readonly drafts: readonly Draft[];
}

export interface DraftContext {
  readonly service: Service;
  readonly set: EntitySet;
  readonly wire: WireFormat;
  readonly purpose: 'create' | 'update';
  /** What happens to server-maintained properties. */
  readonly readOnlyProperties: 'ignore' | 'reject';
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof JsonNumber);

/** Reads a request body. @throws SapFault 400 that names the property */
export function parseDraft(body: string, context: DraftContext): Draft {
  let json: unknown;
  try {
    json = parseJsonExact(body);
  } catch {
    throw badRequest('Error while parsing the JSON stream', 'CX_SXML_PARSE_ERROR');
  }
  // Some V2 clients wrap the entity as it is wrapped in answers.
  const entity = isObject(json) && isObject(json.d) ? json.d : json;
  return readEntity(entity, context);
}

function readEntity(json: unknown, context: DraftContext): Draft {
  if (!isObject(json)) throw badRequest('The body must be a JSON object', 'CX_SXML_PARSE_ERROR');
  const { set } = context;
  const values: Record<string, Value> = {};
  const children = new Map<string, DraftChildren>();
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata' || name.includes('@') || name === 'SAP__Messages') continue;
    const property = set.byName.get(name);
    if (property) {
      const parsed = context.wire.read(value, property);
      if (parsed === undefined) throw invalidValue(property, value);
      if (isAccepted(property, context)) values[property.field] = parsed;
      continue;
    }
    const sent = readChildren(name, value, context);
    if (sent) children.set(sent.table, sent);
  }
  return { set, values, children };
}

function isAccepted(
  property: Property,
  { purpose, readOnlyProperties, set }: DraftContext,
): boolean {
  const isWritable = purpose === 'create' ? property.isCreatable : property.isUpdatable;
  if (isWritable) return true;
  if (readOnlyProperties === 'reject' && !property.isKey) {
    throw badRequest(
      `Property '${property.name}' of type '${set.typeName}' is read-only`,
      '/IWBEP/CM_MGW_RT/052',
    );
  }
  return false;
}

function readChildren(
  name: string,
  value: unknown,
  context: DraftContext,
): (DraftChildren & { readonly table: string }) | undefined {
  const { service, set, purpose } = context;
  const navigation = set.navigations.find((candidate) => candidate.name === name);
  const target = navigation && service.sets.get(navigation.target);
  if (!navigation || !target)
    throw badRequest(`Property '${name}' is invalid`, '/IWBEP/CM_MGW_RT/021');
  if (value === null || (isObject(value) && '__deferred' in value)) return undefined;
  if (purpose === 'update') {
    throw new SapFault({
      status: 400,
      code: '/IWBEP/CM_MGW_RT/177',
      message: `Deep update of '${name}' is not supported`,
    });
  }
  const list = isObject(value) && Array.isArray(value.results) ? value.results : value;
  if (navigation.isMany !== Array.isArray(list)) {
    throw badRequest(`Invalid content for navigation property '${name}'`, '/IWBEP/CM_MGW_RT/023');
  }
  const entities: readonly unknown[] = Array.isArray(list) ? list : [list];
  return {
    table: target.table,
    navigation,
    drafts: entities.map((entity) => readEntity(entity, { ...context, set: target })),
  };
}

function invalidValue(property: Property, value: unknown): SapFault {
  const shown = value instanceof JsonNumber ? value.text : String(value);
  return new SapFault({
    status: 400,
    code: 'CX_SXML_PARSE_ERROR',
    message: `Property '${property.name}' has invalid value '${shown.slice(0, 60)}'`,
    details: [
      {
        code: '/IWCOR/CX_OD_EP_PROPERTY_ERROR/005056A509B11EE1B9A8FEC11C21578E',
        message: `Property '${property.name}' has invalid value '${shown.slice(0, 60)}'`,
        severity: 'error',
        target: property.name,
      },
    ],
  });
}
