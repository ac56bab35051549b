import odataQuery from 'odata-query';
import type { ODataVersion } from '../literals/edm-type.ts';
import { encodeQuery } from '../literals/percent-encoding.ts';

/** Options of an expanded navigation. V2 knows only `select` and `expand`. */
export interface ExpandOptions {
  readonly select?: readonly string[] | undefined;
  readonly expand?: Expand | undefined;
  /** V4 only. */
  readonly filter?: string | undefined;
  /** V4 only. */
  readonly orderBy?: readonly string[] | undefined;
  /** V4 only. */
  readonly top?: number | undefined;
}

/** Names, paths as `to_Item/to_ScheduleLine`, or names with options. */
export type Expand = readonly string[] | Readonly<Record<string, ExpandOptions>>;

/** Query options, as plain text: encoding is done when the URL is written. */
export interface ODataQuery {
  readonly select?: readonly string[] | undefined;
  /** As `toFilter` and `keysetFilter` write it, or by hand: `Supplier eq 'O''Neil'`. */
  readonly filter?: string | undefined;
  readonly expand?: Expand | undefined;
  /** Property names, with ` desc` for a falling order: `['LastChangeDateTime', 'Product']`. */
  readonly orderBy?: readonly string[] | undefined;
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
  readonly search?: string | undefined;
  /** Asks for the total: `$inlinecount=allpages` in V2, `$count=true` in V4. */
  readonly count?: boolean | undefined;
  /** Further options by name, for example `{ '!deltatoken': "'1'", 'cross-company': 'true' }`. */
  readonly custom?: Readonly<Record<string, string>> | undefined;
}

/** Writes the query part of a URL, percent-encoded, without the question mark. */
export function formatQuery(query: ODataQuery, version: ODataVersion): string {
  const { select, filter, expand, orderBy, top, skip, search, count, custom } = query;
  const options: (readonly [string, string | undefined])[] = [
    ...(version === 'v2' ? expandV2(select, expand) : expandV4(select, expand)),
    ['$filter', filter],
    ['$orderby', orderBy?.join(',')],
    ['$top', top?.toString()],
    ['$skip', skip?.toString()],
    [version === 'v2' ? 'search' : '$search', search],
    version === 'v2'
      ? ['$inlinecount', count ? 'allpages' : undefined]
      : ['$count', count ? 'true' : undefined],
    ...Object.entries(custom ?? {}).map(([name, value]) => [encodeQuery(name), value] as const),
  ];
  return options
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeQuery(value ?? '')}`)
    .join('&');
}

// Its declarations describe the CommonJS build; the ES module's default export is the function.
const buildV4 = odataQuery as unknown as (options: { readonly expand: unknown }) => string;

type Option = readonly [string, string | undefined];

// Nested options are what odata-query does well. Called for one option at a time: it encodes string
// literals but nothing else, so the whole text is encoded here instead.
function expandV4(select: ODataQuery['select'], expand: Expand | undefined): Option[] {
  return [
    ['$select', select?.join(',')],
    ['$expand', expand && optionValue(buildV4({ expand: toNested(expand) }))],
  ];
}

function optionValue(query: string): string {
  return query.slice(query.indexOf('=') + 1);
}

function toNested(expand: Expand): unknown {
  if (isNames(expand)) return [...expand];
  return Object.entries(expand).map(([name, options]) => {
    const nested = {
      ...(options.select && { select: [...options.select] }),
      ...(options.filter && { filter: options.filter }),
      ...(options.orderBy && { orderBy: [...options.orderBy] }),
      ...(options.top !== undefined && { top: options.top }),
      ...(options.expand && { expand: toNested(options.expand) }),
    };
    return Object.keys(nested).length === 0 ? name : { [name]: nested };
  });
}

// V2 names a nested navigation, and a property of it, by path.
function expandV2(select: ODataQuery['select'], expand: Expand | undefined): Option[] {
  const paths: string[] = [];
  const selected = [...(select ?? [])];
  const visit = (level: Expand, prefix: string, parentSelects: boolean) => {
    if (isNames(level)) {
      for (const name of level) {
        paths.push(prefix + name);
        // Once anything is selected, what is expanded must be selected too.
        if (parentSelects) selected.push(prefix + name);
      }
      return;
    }
    for (const [name, options] of Object.entries(level)) {
      const path = prefix + name;
      paths.push(path);
      if (options.select) selected.push(...options.select.map((property) => `${path}/${property}`));
      else if (parentSelects) selected.push(path);
      if (options.expand) visit(options.expand, `${path}/`, options.select !== undefined);
    }
  };
  if (expand) visit(expand, '', select !== undefined);
  return [
    ['$select', selected.join(',')],
    ['$expand', paths.join(',')],
  ];
}

function isNames(expand: Expand): expand is readonly string[] {
  return Array.isArray(expand);
}
