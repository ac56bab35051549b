import type { ObjectDescription } from '../object-description.ts';
import type { EntityLines, SalesforceFields } from '../salesforce-entity.ts';
import type { SalesforceTarget } from '../salesforce-target.ts';
import type { DocumentPlan } from './document-plan.ts';
import type { GraphStep } from './graph.ts';
import { toWire } from './raw-json.ts';

/** A document entity with what the org says about it. */
export interface DocumentTarget extends SalesforceTarget {
  readonly lines: EntityLines;
  readonly description: ObjectDescription;
  readonly lineDescription: ObjectDescription;
}

/** The transaction that makes a new document. */
export function stepsOfNew(
  target: DocumentTarget,
  { head: fields, added }: Pick<DocumentPlan, 'head' | 'added'>,
): readonly GraphStep[] {
  const { entity, description } = target;
  const { head, activate } = asDraft(target, fields);
  return [
    {
      method: 'POST',
      path: `/sobjects/${entity.object}`,
      referenceId: 'head',
      body: toWire(head, description),
    },
    ...added.map((line, index) => addLine(target, line, { index, parent: '@{head.id}' })),
    ...(activate === undefined
      ? []
      : [
          {
            method: 'PATCH',
            path: `/sobjects/${entity.object}/@{head.id}`,
            referenceId: 'activate',
            body: activate,
          } as const,
        ]),
  ];
}

/** The transaction that carries out a plan. */
export function stepsOfPlan(
  target: DocumentTarget,
  { head, added, changed, removed }: DocumentPlan,
  own: string,
): readonly GraphStep[] {
  const { entity, lines, description, lineDescription } = target;
  const path = `/sobjects/${lines.object}`;
  const { Status, ...rest } = head;
  // Activated orders lock their lines: an order is activated last, and made a draft first.
  const isLast = Status !== undefined && Status !== 'Draft';
  const first = isLast ? rest : head;
  const patch = (referenceId: string, body: SalesforceFields): readonly GraphStep[] =>
    Object.keys(body).length === 0
      ? []
      : [
          {
            method: 'PATCH',
            path: `/sobjects/${entity.object}/${own}`,
            referenceId,
            body: toWire(body, description),
          },
        ];
  return [
    ...patch('head', first),
    ...removed.map(
      (line, index): GraphStep => ({
        method: 'DELETE',
        path: `${path}/${line}`,
        referenceId: `removed${index + 1}`,
      }),
    ),
    ...changed.map(
      (line, index): GraphStep => ({
        method: 'PATCH',
        path: `${path}/${line.id}`,
        referenceId: `changed${index + 1}`,
        body: toWire(line.fields, lineDescription),
      }),
    ),
    ...added.map((line, index) => addLine(target, line, { index, parent: own })),
    ...patch('activate', isLast ? { Status } : {}),
  ];
}

function addLine(
  { lines, lineDescription }: DocumentTarget,
  line: SalesforceFields,
  { index, parent }: { readonly index: number; readonly parent: string },
): GraphStep {
  const { [lines.numberField]: number, ...fields } = line;
  const own = lines.isNumbered ? fields : { ...fields, [lines.numberField]: number };
  return {
    method: 'POST',
    path: `/sobjects/${lines.object}`,
    referenceId: `line${index + 1}`,
    body: toWire({ [lines.parentField]: parent, ...own }, lineDescription),
  };
}

/** Salesforce takes new orders as drafts only; they are activated once their lines are there. */
function asDraft(
  { entity, settings }: DocumentTarget,
  head: SalesforceFields,
): { readonly head: SalesforceFields; readonly activate?: SalesforceFields | undefined } {
  if (entity.object !== 'Order') return { head };
  const { Status } = head;
  const wanted = Status ?? (settings.activateOrders ? 'Activated' : 'Draft');
  return {
    head: { ...head, Status: 'Draft' },
    activate: wanted === 'Draft' ? undefined : { Status: wanted },
  };
}
