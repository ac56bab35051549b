import { formatQuery, type ODataQuery } from './query-options.ts';

const names = String.raw`[A-Za-z_][\w/]*`;
const list = `${names}(?:,${names})*`;
const order = `${names}(?: desc)?(?:,${names}(?: desc)?)*`;
// A path below `$expand` is written as nested options, so none stands there.
const navigation = '[A-Za-z_]\\w*';
const navigations = `${navigation}(?:,${navigation})*`;
const nested = String.raw`\((?:\$select=${list}|\$expand=${navigations})\)`;
const expanded = `${navigation}(?:${nested})?(?:,${navigation}(?:${nested})?)*`;

/** The options as `formatQuery` writes them: those that a case of the grammar may hold. */
const grammar: Readonly<Record<string, RegExp>> = {
  $select: new RegExp(`^${list}$`),
  $orderby: new RegExp(`^${order}$`),
  $expand: new RegExp(`^${expanded}$`),
  $top: /^\d+$/,
  $skip: /^\d+$/,
  $count: /^true$/,
};

/** Whether a query has only options that we write, in the form in which we write them. */
export function isWrittenQuery(text: string): boolean {
  return optionsOf(text).every(([name, value]) => grammar[name]?.test(value) ?? false);
}

/** Writes a query of the grammar again: the options must be the same, in whatever order. */
export function rewriteQuery(text: string): void {
  const options = Object.fromEntries(optionsOf(text));
  const { $select, $orderby, $expand, $top, $skip, $count } = options;
  const query: ODataQuery = {
    select: $select?.split(','),
    orderBy: $orderby?.split(','),
    expand: $expand === undefined ? undefined : readExpand($expand),
    top: $top === undefined ? undefined : Number($top),
    skip: $skip === undefined ? undefined : Number($skip),
    count: $count === 'true',
  };
  const written = decodeURIComponent(formatQuery(query, 'v4'));
  const same = (one: string) => one.split('&').sort().join('&');
  if (same(written) !== same(text)) throw new Error(`it is written as ${written}`);
}

const optionsOf = (text: string): (readonly [string, string])[] =>
  text.split('&').map((option) => {
    const at = option.indexOf('=');
    return [option.slice(0, at), option.slice(at + 1)];
  });

function readExpand(text: string): ODataQuery['expand'] {
  const items = text.match(/[^,(]+(?:\([^)]*\))?/g) ?? [];
  return Object.fromEntries(
    items.map((item) => {
      const [, name = '', option, inner = ''] = /^([^(]+)(?:\((\$\w+)=(.*)\))?$/.exec(item) ?? [];
      if (option === '$select') return [name, { select: inner.split(',') }];
      return [name, option === '$expand' ? { expand: inner.split(',') } : {}];
    }),
  );
}
