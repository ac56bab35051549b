import type { EntitySet, EtagSource, Kind, Navigation, Property, Service } from './model.ts';

const typePattern = /^(S|D|B|DATE|DTO|T|G|I32|I64)(\d+)?(?:\.(\d+))?$/;
const kinds: Readonly<Record<string, Kind>> = {
  S: 'string',
  D: 'decimal',
  B: 'boolean',
  DATE: 'date',
  DTO: 'instant',
  T: 'time',
  G: 'guid',
  I32: 'int32',
  I64: 'int64',
};

/**
 * One property a line: `Name Type flags…`. Types: S<length>, D<precision>.<scale>, B, DATE, DTO
 * (instant, precision 7), T, G, I32, I64. Flags: `key`, `ro` (server-maintained), `fixed`
 * (creatable, not updatable), `numc`, `upper`, `alpha`, `currency`, `uom`, `unit=<property>`,
 * `field=<name in the state>`.
 */
function parseProperties(text: string): readonly Property[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length > 0)
    .map(parseProperty);
}

function parseProperty(line: string): Property {
  const [name = '', type = '', ...flags] = line.split(/\s+/);
  const match = typePattern.exec(type);
  const kind = kinds[match?.[1] ?? ''];
  if (!match || !kind) throw new Error(`The model line "${line}" has no valid type.`);
  const size = Number(match[2] ?? 0);
  const has = (flag: string) => flags.includes(flag);
  const value = (prefix: string) =>
    flags.find((flag) => flag.startsWith(prefix))?.slice(prefix.length);
  const unit = value('unit=');
  const semantics = has('currency') ? 'currency-code' : has('uom') ? 'unit-of-measure' : undefined;
  return {
    name,
    field: value('field=') ?? name,
    kind,
    maxLength: kind === 'string' ? size : 0,
    precision: kind === 'decimal' ? size : 0,
    scale: Number(match[3] ?? 0),
    isKey: has('key'),
    isCreatable: !has('ro'),
    isUpdatable: !has('ro') && !has('fixed') && !has('key'),
    format: has('numc') ? 'numeric' : has('upper') ? 'upper' : has('alpha') ? 'alpha' : 'plain',
    ...(unit === undefined ? {} : { unit }),
    ...(semantics === undefined ? {} : { semantics }),
  };
}

export interface EntitySetDefinition {
  readonly name: string;
  /** Default: the set name with `Type` at the end. */
  readonly typeName?: string;
  readonly table: string;
  readonly properties: string;
  readonly navigations?: readonly Navigation[];
  readonly isCreatable?: boolean;
  readonly isUpdatable?: boolean;
  readonly isDeletable?: boolean;
  readonly etag?: EtagSource;
}

function defineEntitySet(definition: EntitySetDefinition): EntitySet {
  const properties = parseProperties(definition.properties);
  return {
    name: definition.name,
    typeName: definition.typeName ?? `${definition.name}Type`,
    table: definition.table,
    properties,
    keys: properties.filter((property) => property.isKey),
    byName: new Map(properties.map((property) => [property.name, property])),
    navigations: definition.navigations ?? [],
    isCreatable: definition.isCreatable ?? true,
    isUpdatable: definition.isUpdatable ?? true,
    isDeletable: definition.isDeletable ?? true,
    ...(definition.etag ? { etag: definition.etag } : {}),
  };
}

export function defineService({
  sets,
  ...service
}: Omit<Service, 'sets'> & { readonly sets: readonly EntitySetDefinition[] }): Service {
  return { ...service, sets: new Map(sets.map((set) => [set.name, defineEntitySet(set)])) };
}

/** A to-many navigation; `join` names fields of the state, `'A B=C'` joins A to A and B to C. */
export function toMany(name: string, target: string, join: string): Navigation {
  return { name, target, isMany: true, join: parseJoin(join) };
}

export function toOne(name: string, target: string, join: string): Navigation {
  return { name, target, isMany: false, join: parseJoin(join) };
}

/** An ETag that moves with the document in `table`. */
export function etagOf(table: string, join: string): EtagSource {
  return { table, join: parseJoin(join) };
}

function parseJoin(text: string): Navigation['join'] {
  return text.split(' ').map((pair) => {
    const [own = '', target = own] = pair.split('=');
    return [own, target] as const;
  });
}
