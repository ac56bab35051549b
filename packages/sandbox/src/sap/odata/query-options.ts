import { badRequest, SapFault } from './fault.ts';
import { compileFilter, type Predicate } from './filter.ts';
import type { EntitySet, Navigation, Property, Service } from './model.ts';
import { splitList } from './split-list.ts';

export interface OrderItem {
  readonly property: Property;
  readonly isDescending: boolean;
}

/** Which members of an entity are written. */
export interface Selection {
  readonly properties: readonly Property[];
  /** Navigations that V2 shows as links. */
  readonly deferred: readonly Navigation[];
  readonly expanded: readonly Expansion[];
}

/** Which rows of a collection are wanted. */
export interface RowQuery {
  readonly filter?: Predicate | undefined;
  readonly orderBy: readonly OrderItem[];
  readonly top?: number | undefined;
  readonly skip: number;
  readonly wantsCount: boolean;
}

interface Expansion extends RowQuery {
  readonly navigation: Navigation;
  readonly set: EntitySet;
  readonly selection: Selection;
}

export interface QueryOptions extends RowQuery {
  readonly selection: Selection;
  readonly skipToken?: string | undefined;
  /** Decoded `$…` options as they came, for the next link. */
  readonly system: ReadonlyMap<string, string>;
  /** Other options, such as `sap-client`. */
  readonly custom: ReadonlyMap<string, string>;
}

const knownOptions: Readonly<Record<2 | 4, ReadonlySet<string>>> = {
  2: new Set(
    '$filter $select $expand $orderby $top $skip $skiptoken $inlinecount $format'.split(' '),
  ),
  4: new Set('$filter $select $expand $orderby $top $skip $skiptoken $count $format'.split(' ')),
};

/** Decodes a query; V2 takes `+` for a space, V4 refuses it. @throws SapFault 400 */
export function parseQueryPairs(
  rawQuery: string,
  odataVersion: 2 | 4,
): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    if (odataVersion === 4 && pair.includes('+')) {
      throw badRequest(
        "The query contains '+'; encode a space as '%20'",
        '/IWCOR/CX_DS_URI_SYNTAX_ERROR',
      );
    }
    const text = pair.replaceAll('+', ' ');
    const equals = text.indexOf('=');
    try {
      const name = decodeURIComponent(equals < 0 ? text : text.slice(0, equals));
      if (pairs.has(name) && name.startsWith('$'))
        throw badRequest(`Option '${name}' is given twice`);
      pairs.set(name, equals < 0 ? '' : decodeURIComponent(text.slice(equals + 1)));
    } catch (error) {
      if (error instanceof SapFault) throw error;
      throw badRequest('The query is not percent-encoded correctly');
    }
  }
  return pairs;
}

function readCount(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`Invalid value '${text}' for option '${name}'`);
  return Number(text);
}

function parseOrderBy(text: string | undefined, set: EntitySet): readonly OrderItem[] {
  return splitList(text ?? '', ',').map((part) => {
    const [name = '', direction = 'asc', ...rest] = part.split(/\s+/);
    const property = set.byName.get(name);
    if (!property || rest.length > 0 || !['asc', 'desc'].includes(direction)) {
      throw badRequest(`Invalid $orderby '${part}' for type '${set.typeName}'`);
    }
    return { property, isDescending: direction === 'desc' };
  });
}

interface SetContext {
  readonly service: Service;
  readonly set: EntitySet;
}

function followNavigation(
  { service, set }: SetContext,
  name: string,
): SetContext & { navigation: Navigation } {
  const navigation = set.navigations.find((candidate) => candidate.name === name);
  const target = navigation && service.sets.get(navigation.target);
  if (!navigation || !target) {
    throw badRequest(
      `Invalid navigation property '${name}' of type '${set.typeName}'`,
      '/IWBEP/CM_MGW_RT/023',
    );
  }
  return { service, set: target, navigation };
}

function selectProperty(set: EntitySet, name: string): Property {
  const property = set.byName.get(name);
  if (!property)
    throw badRequest(
      `Property '${name}' not found in type '${set.typeName}'`,
      '/IWBEP/CM_MGW_RT/022',
    );
  return property;
}

/** V2: `$expand=a/b,c` and `$select=X,a/Y`, one tree. An expanded navigation that is not selected is left out. */
function parseSelectionV2(
  { service, set }: SetContext,
  select: readonly string[],
  expand: readonly string[],
): Selection {
  const headOf = (path: string): string => path.split('/')[0]!;
  const below = (paths: readonly string[], name: string): readonly string[] =>
    paths.filter((path) => path.startsWith(`${name}/`)).map((path) => path.slice(name.length + 1));
  const navigationNames = new Set(set.navigations.map(({ name }) => name));
  const selectsAll = select.length === 0;
  const selectsProperties = selectsAll || select.includes('*');
  const expandedNames = [...new Set(expand.map(headOf))];
  const expanded = expandedNames
    .map((name) => {
      const target = followNavigation({ service, set }, name);
      const isSelectedWhole = selectsAll || select.includes(name);
      const selection = parseSelectionV2(
        target,
        isSelectedWhole ? [] : below(select, name),
        below(expand, name),
      );
      return {
        navigation: target.navigation,
        set: target.set,
        selection,
        orderBy: [],
        skip: 0,
        wantsCount: false,
      };
    })
    .filter(
      ({ navigation: { name } }) => selectsAll || select.some((path) => headOf(path) === name),
    );
  for (const path of select) {
    if (path === '*') continue;
    if (path.includes('/') || navigationNames.has(path))
      followNavigation({ service, set }, headOf(path));
    else selectProperty(set, path);
  }
  return {
    properties: selectsProperties
      ? set.properties
      : set.properties.filter(({ name }) => select.includes(name)),
    deferred: set.navigations.filter(
      ({ name }) => !expandedNames.includes(name) && (selectsAll || select.includes(name)),
    ),
    expanded,
  };
}

function parseSelectionV4(
  context: SetContext,
  select: string | undefined,
  expand: string | undefined,
): Selection {
  const { set } = context;
  const names = splitList(select ?? '', ',');
  const isAll = names.length === 0 || names.includes('*');
  for (const name of names) if (name !== '*') selectProperty(set, name);
  return {
    // Keys come with every selection, as on a real system.
    properties: isAll
      ? set.properties
      : set.properties.filter(({ name, isKey }) => isKey || names.includes(name)),
    deferred: [],
    expanded: splitList(expand ?? '', ',').map((part) => parseExpandItem(context, part)),
  };
}

function parseExpandItem(context: SetContext, text: string): Expansion {
  const match = /^(\w+)(?:\((.*)\))?$/s.exec(text);
  if (!match) throw badRequest(`Invalid $expand '${text}'`);
  const target = followNavigation(context, match[1]!);
  const options = new Map(
    splitList(match[2] ?? '', ';').map((option) => {
      const [name = '', ...value] = option.split('=');
      return [name, value.join('=')] as const;
    }),
  );
  for (const name of options.keys()) {
    if (!knownOptions[4].has(name))
      throw badRequest(`The option '${name}' is not supported in $expand`);
  }
  return {
    navigation: target.navigation,
    set: target.set,
    selection: parseSelectionV4(target, options.get('$select'), options.get('$expand')),
    ...parseRowQuery(options, target.set, 4),
  };
}

function parseRowQuery(
  options: ReadonlyMap<string, string>,
  set: EntitySet,
  odataVersion: 2 | 4,
): RowQuery {
  const filter = options.get('$filter');
  const count = options.get(odataVersion === 2 ? '$inlinecount' : '$count');
  const allowed = odataVersion === 2 ? ['allpages', 'none'] : ['true', 'false'];
  if (count !== undefined && !allowed.includes(count)) {
    throw badRequest(`Invalid value '${count}' for the count option`);
  }
  return {
    filter: filter === undefined ? undefined : compileFilter(filter, { set, odataVersion }),
    orderBy: parseOrderBy(options.get('$orderby'), set),
    top: readCount(options.get('$top'), '$top'),
    skip: readCount(options.get('$skip'), '$skip') ?? 0,
    wantsCount: count === allowed[0],
  };
}

/** Reads the query of a call on an entity set or entity. @throws SapFault 400 */
export function parseQueryOptions(rawQuery: string, context: SetContext): QueryOptions {
  const { service, set } = context;
  const { odataVersion } = service;
  const pairs = [...parseQueryPairs(rawQuery, odataVersion)];
  const system = new Map(pairs.filter(([name]) => name.startsWith('$')));
  for (const name of system.keys()) {
    if (!knownOptions[odataVersion].has(name)) {
      throw badRequest(`The query option '${name}' is not supported`, '/IWBEP/CM_MGW_RT/176');
    }
  }
  const [select, expand] = [system.get('$select'), system.get('$expand')];
  return {
    ...parseRowQuery(system, set, odataVersion),
    selection:
      odataVersion === 2
        ? parseSelectionV2(context, splitList(select ?? '', ','), splitList(expand ?? '', ','))
        : parseSelectionV4(context, select, expand),
    skipToken: system.get('$skiptoken'),
    system,
    custom: new Map(pairs.filter(([name]) => !name.startsWith('$'))),
  };
}
