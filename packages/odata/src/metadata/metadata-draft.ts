import type {
  MetadataEntitySet,
  MetadataEntityType,
  MetadataOperation,
  MetadataProperty,
  ServiceMetadata,
} from './service-metadata.ts';

type Attributes = Readonly<Record<string, string>>;
type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** A property while it is being read. */
export type DraftProperty = Mutable<MetadataProperty>;
type DraftEntitySet = Mutable<MetadataEntitySet>;

interface DraftEntityType {
  readonly name: string;
  readonly qualifiedName: string;
  readonly baseType: string | undefined;
  label: string | undefined;
  readonly key: string[];
  readonly properties: DraftProperty[];
  readonly navigations: {
    readonly name: string;
    readonly type: string | undefined;
    readonly relationship: string | undefined;
    readonly role: string | undefined;
  }[];
}

interface DraftOperation extends Omit<Mutable<MetadataOperation>, 'parameters'> {
  readonly parameters: { name: string; type: string }[];
}

/** What an annotation is about. */
export type AnnotationTarget =
  | { readonly kind: 'property'; readonly property: DraftProperty }
  | { readonly kind: 'entity-type'; readonly type: { label: string | undefined } }
  | { readonly kind: 'entity-set'; readonly set: DraftEntitySet };

/** The model while it is being read. */
export interface MetadataDraft {
  version: 'v2' | 'v4';
  namespace: string;
  association: string;
  entityType: DraftEntityType | undefined;
  operation: DraftOperation | undefined;
  target: AnnotationTarget | undefined;
  readonly aliases: Map<string, string>;
  readonly types: Map<string, DraftEntityType>;
  readonly sets: Map<string, DraftEntitySet>;
  readonly operations: DraftOperation[];
  /** Ends of V2 associations by association and role. */
  readonly ends: Map<string, { readonly target: string; readonly many: boolean }>;
  intern(text: string | undefined): string | undefined;
  /** A name with the namespace in place of its alias. */
  qualify(name: string | undefined): string | undefined;
  /** The same for a type, which may be a collection. */
  qualifyType(type: string | undefined): string | undefined;
  beginEntityType(input: {
    readonly name: string;
    readonly baseType: string | undefined;
    readonly label: string | undefined;
  }): void;
  addEntitySet(attributes: Attributes): void;
  beginOperation(input: { readonly tag: string; readonly attributes: Attributes }): void;
  findTarget(path: string): AnnotationTarget | undefined;
}

export function createDraft(): MetadataDraft {
  const pool = new Map<string, string>();
  const draft: MetadataDraft = {
    version: 'v2',
    namespace: '',
    association: '',
    entityType: undefined,
    operation: undefined,
    target: undefined,
    aliases: new Map(),
    types: new Map(),
    sets: new Map(),
    operations: [],
    ends: new Map(),
    intern: (text) => {
      if (text === undefined) return undefined;
      const known = pool.get(text);
      if (known !== undefined) return known;
      // A fresh copy: a slice would keep the whole chunk of the document alive.
      const copy = Buffer.from(text).toString();
      pool.set(copy, copy);
      return copy;
    },
    qualify: (name) => {
      if (name === undefined) return undefined;
      const dot = name.lastIndexOf('.');
      const namespace = draft.aliases.get(name.slice(0, dot));
      return draft.intern(namespace === undefined ? name : namespace + name.slice(dot));
    },
    qualifyType: (type) => {
      const item = /^Collection\((.*)\)$/.exec(type ?? '')?.[1];
      return item === undefined
        ? draft.qualify(type)
        : draft.intern(`Collection(${draft.qualify(item)})`);
    },
    beginEntityType: ({ name, baseType, label }) => {
      const qualifiedName = `${draft.namespace}.${name}`;
      const type = {
        name,
        qualifiedName,
        baseType,
        label,
        key: [],
        properties: [],
        navigations: [],
      };
      draft.entityType = type;
      draft.types.set(qualifiedName, type);
    },
    addEntitySet: (given) => {
      const set: DraftEntitySet = {
        name: draft.intern(given.Name) ?? '',
        type: draft.qualify(given.EntityType ?? given.Type) ?? '',
        label: draft.intern(given['sap:label']),
        creatable: given['sap:creatable'] !== 'false',
        updatable: given['sap:updatable'] !== 'false',
        deletable: given['sap:deletable'] !== 'false',
        needsEtag: false,
      };
      draft.sets.set(set.name, set);
      draft.target = { kind: 'entity-set', set };
    },
    beginOperation: ({ tag, attributes: given }) => {
      // A V4 import only names what is declared elsewhere.
      if (tag === 'FunctionImport' && draft.version === 'v4') return;
      const method = given['m:HttpMethod'];
      draft.operation = {
        name: draft.intern(given.Name) ?? '',
        kind:
          tag === 'Action' || (method !== undefined && method !== 'GET') ? 'action' : 'function',
        ...(method !== undefined && { method }),
        bound: given.IsBound === 'true',
        parameters: [],
        returns: draft.qualifyType(given.ReturnType),
      };
      draft.operations.push(draft.operation);
    },
    findTarget: (path) => {
      const [owner = '', member] = path.split('/');
      const type = draft.types.get(draft.qualify(owner) ?? '');
      if (type !== undefined) {
        if (member === undefined) return { kind: 'entity-type', type };
        const property = type.properties.find(({ name }) => name === member);
        return property && { kind: 'property', property };
      }
      const set = member === undefined ? undefined : draft.sets.get(member);
      return set && { kind: 'entity-set', set };
    },
  };
  return draft;
}

/** Reads the attributes of a Property element. */
export function propertyOf(given: Attributes, draft: MetadataDraft): DraftProperty {
  const number = (name: string) =>
    /^\d+$/.test(given[name] ?? '') ? Number(given[name]) : undefined;
  return {
    name: draft.intern(given.Name) ?? '',
    type: draft.qualifyType(given.Type) ?? '',
    nullable: given.Nullable !== 'false',
    maxLength: number('MaxLength'),
    precision: number('Precision'),
    scale: number('Scale'),
    label: draft.intern(given['sap:label']),
    creatable: given['sap:creatable'] !== 'false',
    updatable: given['sap:updatable'] !== 'false',
    filterable: given['sap:filterable'] !== 'false',
    unit: draft.intern(given['sap:unit']),
    displayFormat: draft.intern(given['sap:display-format']),
    concurrency: given.ConcurrencyMode === 'Fixed',
  };
}

/** Finishes the model; with `only`, keeps those entity sets, their types and base types. */
export function buildMetadata(
  draft: MetadataDraft,
  only: readonly string[] | undefined,
): ServiceMetadata {
  const entitySets = new Map<string, MetadataEntitySet>();
  for (const [name, set] of draft.sets) {
    if (only !== undefined && !only.includes(name)) continue;
    const concurrency = inherited(draft, set.type).some(({ properties }) =>
      properties.some((property) => property.concurrency),
    );
    entitySets.set(name, concurrency ? { ...set, needsEtag: true } : set);
  }
  const wanted =
    only === undefined
      ? [...draft.types.values()]
      : [...entitySets.values()].flatMap(({ type }) => inherited(draft, type));
  return {
    version: draft.version,
    entitySets,
    entityTypes: new Map(wanted.map((type) => [type.qualifiedName, finishType(draft, type)])),
    operations: draft.operations,
  };
}

function inherited(draft: MetadataDraft, name: string): DraftEntityType[] {
  const chain: DraftEntityType[] = [];
  let type = draft.types.get(name);
  while (type !== undefined && !chain.includes(type)) {
    chain.push(type);
    type = type.baseType === undefined ? undefined : draft.types.get(type.baseType);
  }
  return chain;
}

function finishType(draft: MetadataDraft, type: DraftEntityType): MetadataEntityType {
  return {
    ...type,
    navigations: type.navigations.map(({ name, type: given, relationship, role }) => {
      if (given === undefined) {
        const end = draft.ends.get(`${relationship} ${role}`);
        return { name, target: end?.target ?? '', many: end?.many ?? false };
      }
      const item = /^Collection\((.*)\)$/.exec(given)?.[1];
      return { name, target: draft.qualify(item ?? given) ?? '', many: item !== undefined };
    }),
  };
}
