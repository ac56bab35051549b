import {
  type Call,
  type DataRoute,
  findType,
  isJsonObject,
  type Organization,
  readObject,
} from '../call.ts';
import type { RecordInput } from '../data/record-input.ts';
import { badRequest, recordError, SalesforceError } from '../salesforce-error.ts';
import type { Field, ObjectType } from '../schema/schema.ts';

const maximumRecords = 200;
const maximumLevels = 5;

interface TreeNode {
  readonly type: ObjectType;
  readonly referenceId: string;
  readonly input: RecordInput;
  readonly children: readonly { readonly field: Field; readonly node: TreeNode }[];
}

/** Creates records with their children, all or none. */
export function createTreeRoute({ schema, records }: Organization): DataRoute {
  const readNode = (type: ObjectType, given: unknown, level: number): TreeNode => {
    const attributes =
      isJsonObject(given) && isJsonObject(given.attributes) ? given.attributes : {};
    if (!isJsonObject(given) || typeof attributes.referenceId !== 'string') {
      throw badRequest('INVALID_INPUT', 'Include a reference ID for each record in the request.');
    }
    if (level > maximumLevels) {
      throw badRequest('INVALID_INPUT', `A tree has up to ${maximumLevels} levels`);
    }
    const input: Record<string, unknown> = {};
    const children: { readonly field: Field; readonly node: TreeNode }[] = [];
    for (const [name, value] of Object.entries(given)) {
      const child = type.child(name);
      const list = isJsonObject(value) && Array.isArray(value.records) ? value.records : undefined;
      if (!child || !list) {
        input[name] = value;
        continue;
      }
      const childType = schema.object(child.objectName)!;
      for (const each of list) {
        children.push({ field: child.field, node: readNode(childType, each, level + 1) });
      }
    }
    return { type, referenceId: attributes.referenceId, input, children };
  };
  const sizeOf = (node: TreeNode): number =>
    1 + node.children.reduce((sum, child) => sum + sizeOf(child.node), 0);

  const handle = (call: Call) => {
    const type = findType(schema, call.params.type);
    const { records: list } = readObject(call);
    if (!Array.isArray(list)) throw badRequest('JSON_PARSER_ERROR', 'records must be a list');
    const nodes = list.map((given) => readNode(type, given, 1));
    if (nodes.reduce((sum, node) => sum + sizeOf(node), 0) > maximumRecords) {
      throw badRequest('INVALID_INPUT', `A tree has up to ${maximumRecords} records`);
    }
    const mark = call.tx.mark();
    const saved: { readonly referenceId: string; readonly id: string }[] = [];
    const refused: { readonly referenceId: string; readonly errors: readonly unknown[] }[] = [];
    const save = (node: TreeNode, parent: Record<string, unknown>): void => {
      const { referenceId, input } = node;
      try {
        const { Id } = records.insert(call.tx, node.type, { ...input, ...parent }, call.write);
        saved.push({ referenceId, id: Id });
        for (const child of node.children) save(child.node, { [child.field.name]: Id });
      } catch (error) {
        if (!(error instanceof SalesforceError)) throw error;
        refused.push({ referenceId, errors: [recordError(error)] });
      }
    };
    for (const node of nodes) save(node, {});
    if (refused.length === 0) return { status: 201, body: { hasErrors: false, results: saved } };
    call.tx.rollBackTo(mark);
    return { status: 400, body: { hasErrors: true, results: refused } };
  };
  return { method: 'POST', path: '/composite/tree/:type', operation: 'compositeTree', handle };
}
