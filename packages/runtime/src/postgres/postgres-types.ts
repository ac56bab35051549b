import {
  type DataTypeNode,
  type KyselyPlugin,
  OperationNodeTransformer,
  type QueryResult,
  RawNode,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';

const typeOf: { readonly [declared: string]: string | undefined } = {
  // In the order of bytes, as SQLite has it and as ranges of keys need it; the order of a language moves with updates.
  text: 'text collate "C"',
  // Every number of JavaScript, exactly; bigint would come back as text, and refuse half a millisecond.
  bigint: 'double precision',
};

class ColumnTypes extends OperationNodeTransformer {
  protected override transformDataType(node: DataTypeNode): DataTypeNode {
    const type = typeOf[node.dataType];
    // A raw type stands wherever a named one may.
    return type === undefined ? node : (RawNode.createWithSql(type) as unknown as DataTypeNode);
  }
}

/** The types that the columns of the migrations have in PostgreSQL. */
export function postgresTypes(): KyselyPlugin {
  const columnTypes = new ColumnTypes();
  return {
    transformQuery: ({ node }): RootOperationNode =>
      node.kind === 'CreateTableNode' || node.kind === 'AlterTableNode'
        ? columnTypes.transformNode(node)
        : node,
    transformResult: async ({ result }): Promise<QueryResult<UnknownRow>> => result,
  };
}
