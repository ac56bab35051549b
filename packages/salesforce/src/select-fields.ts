import type { CallOptions } from '@common/connector-core';
import type { FieldMapping } from '@common/connector-core/mapping';
import type { ObjectDescription } from './object-description.ts';
import type { SalesforceEntity } from './salesforce-entity.ts';
import type { SalesforceSession } from './salesforce-session.ts';
import { joinSoql, type Soql, soql, soqlName } from './soql/soql.ts';

/** What a read asks for, and what the org says about it. */
export interface Selection {
  /** `SELECT … FROM Account` */
  readonly head: Soql;
  readonly description: ObjectDescription;
}

/** Compounds are in their parts; a file is no field of a record. */
const leftOut: ReadonlySet<string> = new Set(['address', 'location', 'base64']);

/**
 * The fields of an entity that the org has and the user may see: those of its template, the org's own,
 * and for entities without a template all. SOQL has no `*`.
 */
export async function selectionOf(
  { entity, session }: { readonly entity: SalesforceEntity; readonly session: SalesforceSession },
  /** Whether deleted records are read too: then lines that are deleted have to be left out. */
  { all = false, ...call }: CallOptions & { readonly all?: boolean } = {},
): Promise<Selection> {
  const { object, lines, template } = entity;
  const description = await session.describe(object, call);
  const names = fieldsOf(description, template?.fields, template?.custom?.names);
  const columns = names.map(soqlName);
  if (lines !== undefined) {
    const list = template?.fields.find(
      (field) => 'each' in field && field.vendor === lines.relationship,
    );
    const lineDescription = await session.describe(lines.object, call);
    const lineNames = fieldsOf(lineDescription, list && 'each' in list ? list.each : undefined, [
      lines.numberField,
      ...(lines.ownNumberField === undefined ? [] : [lines.ownNumberField]),
    ]);
    const living = all ? soql` WHERE IsDeleted = ${false}` : soql``;
    columns.push(
      soql`(SELECT ${joinSoql(lineNames.map(soqlName), ', ')} FROM ${soqlName(lines.relationship)}${living} ORDER BY Id)`,
    );
  }
  return {
    head: soql`SELECT ${joinSoql(columns, ', ')} FROM ${soqlName(object)}`,
    description,
  };
}

/** What is needed beside the fields of a template, where an object has it. */
const always = ['Id', 'SystemModstamp', 'IsDeleted', 'TotalAmount', 'Pricebook2Id'] as const;

function fieldsOf(
  { fields }: ObjectDescription,
  mapped: readonly FieldMapping[] | undefined,
  more: readonly string[] = [],
): readonly string[] {
  const wanted = new Set<string>([...always, ...more]);
  for (const field of mapped ?? []) if ('vendor' in field) wanted.add(field.vendor);
  return [...fields.values()]
    .filter(({ type }) => !leftOut.has(type))
    .filter(({ name, custom }) => mapped === undefined || custom === true || wanted.has(name))
    .map(({ name }) => name);
}
