import {
  AliasNode, AndNode, CastNode, ColumnNode, ColumnUpdateNode, DataTypeNode, type DeleteQueryNode, IdentifierNode, type InsertQueryNode, JoinNode, type KyselyPlugin, OnNode,
  type OperationNode, OperationNodeTransformer, ParensNode, type PluginTransformQueryArgs, PrimitiveValueListNode, RawNode, ReferenceNode, SelectQueryNode, TableNode, type UpdateQueryNode,
  ValueListNode, ValueNode, ValuesNode, WhereNode, BinaryOperationNode, OperatorNode,
} from 'kysely'

/** Reference tables: they belong to no tenant and carry no tenant_id. */
export const REFERENCE_TABLES: ReadonlySet<string> = new Set(['tenants', 'sign_in_names', 'sign_in_doors', 'allowed_origins', 'sign_in_throttles', 'sign_in_challenges', 'code_systems', 'code_concepts', 'schema_migrations'])

interface Source {
  alias: string
}

/**
 * Adds `tenant_id = …` for each tenant table in a statement: FROM tables in WHERE, joined tables in ON, the caller's own condition in parentheses;
 * inserts get the column. Row security filters, it does not route: this does both on one machine and on Citus.
 */
export class TenantPlugin implements KyselyPlugin {
  readonly #transformer: TenantTransformer
  constructor(tenantId: string) {
    this.#transformer = new TenantTransformer(tenantId)
  }
  transformQuery(args: PluginTransformQueryArgs) {
    return this.#transformer.transformNode(args.node, args.queryId)
  }
  async transformResult(args: { result: unknown }) {
    return args.result as never
  }
}

const refuse = (what: string): never => {
  throw new Error(`tenant plugin: ${what} is refused`)
}

class TenantTransformer extends OperationNodeTransformer {
  readonly #tenantId: string
  #commonTables = new Set<string>()
  constructor(tenantId: string) {
    super()
    this.#tenantId = tenantId
  }

  protected override transformSelectQuery(node: SelectQueryNode, queryId: never): SelectQueryNode {
    this.#rememberCommonTables(node)
    const whole = super.transformSelectQuery(node, queryId)
    const sources = (node.from?.froms ?? []).flatMap((from) => this.#sourceOf(from))
    const cross = (node.joins ?? []).filter((join) => join.on === undefined).flatMap((join) => this.#sourceOf(join.table))
    const where = this.#where(whole.where, [...sources, ...cross])
    return where === undefined ? whole : { ...whole, where }
  }

  protected override transformJoin(node: JoinNode, queryId: never): JoinNode {
    if (/Right|Full|Using/.test(node.joinType)) refuse(node.joinType)
    const whole = super.transformJoin(node, queryId)
    const source = this.#sourceOf(node.table)[0]
    if (source === undefined || whole.on === undefined) return whole
    return { ...whole, on: OnNode.create(this.#both(source, whole.on.on)) }
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId: never): UpdateQueryNode {
    this.#rememberCommonTables(node)
    for (const update of node.updates ?? []) if (columnName(update.column) === 'tenant_id') refuse('setting tenant_id')
    const whole = super.transformUpdateQuery(node, queryId)
    const sources = [node.table, ...(node.from?.froms ?? [])].flatMap((table) => (table === undefined ? [] : this.#sourceOf(table)))
    const where = this.#where(whole.where, sources)
    return where === undefined ? whole : { ...whole, where }
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId: never): DeleteQueryNode {
    this.#rememberCommonTables(node)
    const whole = super.transformDeleteQuery(node, queryId)
    const sources = [...node.from.froms, ...(node.using?.tables ?? [])].flatMap((table) => this.#sourceOf(table))
    const where = this.#where(whole.where, sources)
    return where === undefined ? whole : { ...whole, where }
  }

  protected override transformInsertQuery(node: InsertQueryNode, queryId: never): InsertQueryNode {
    this.#rememberCommonTables(node)
    const whole = super.transformInsertQuery(node, queryId)
    if (node.into === undefined || this.#sourceOf(node.into).length === 0) return whole
    if (node.columns === undefined || node.values === undefined || node.defaultValues === true) return refuse('insert without columns')
    if (node.columns.some((column) => column.column.name === 'tenant_id')) refuse('inserting tenant_id')
    return { ...whole, columns: [...(whole.columns ?? []), ColumnNode.create('tenant_id')], values: this.#withTenantValue(whole.values) }
  }

  protected override transformMergeQuery(): never {
    return refuse('merge')
  }

  #withTenantValue(values: OperationNode | undefined): OperationNode {
    if (values !== undefined && ValuesNode.is(values)) {
      return ValuesNode.create(
        values.values.map((row) =>
          PrimitiveValueListNode.is(row) ? PrimitiveValueListNode.create([...row.values, this.#tenantId]) : ValueListNode.create([...row.values, ValueNode.create(this.#tenantId)]),
        ),
      )
    }
    if (values !== undefined && SelectQueryNode.is(values)) {
      const tenant = CastNode.create(ValueNode.create(this.#tenantId), DataTypeNode.create('uuid'))
      return SelectQueryNode.cloneWithSelections(values, [{ kind: 'SelectionNode', selection: tenant as never }])
    }
    return refuse('insert of an unknown source')
  }

  #rememberCommonTables(node: { with?: { expressions: readonly { name: { table: { table: { identifier: { name: string } } } } }[] } | undefined }): void {
    for (const expression of node.with?.expressions ?? []) this.#commonTables.add(expression.name.table.table.identifier.name)
  }

  #sourceOf(node: OperationNode): Source[] {
    if (AliasNode.is(node)) {
      const inner = this.#sourceOf(node.node)
      return inner.length > 0 && IdentifierNode.is(node.alias) ? [{ alias: node.alias.name }] : []
    }
    if (!TableNode.is(node)) return []
    const { identifier, schema } = node.table
    if (schema !== undefined || REFERENCE_TABLES.has(identifier.name) || this.#commonTables.has(identifier.name)) return []
    return [{ alias: identifier.name }]
  }

  #condition(source: Source): OperationNode {
    return BinaryOperationNode.create(ReferenceNode.create(ColumnNode.create('tenant_id'), TableNode.create(source.alias)), OperatorNode.create('='), ValueNode.create(this.#tenantId))
  }

  #both(source: Source, condition: OperationNode): OperationNode {
    return AndNode.create(this.#condition(source), ParensNode.create(condition))
  }

  #where(where: WhereNode | undefined, sources: Source[]): WhereNode | undefined {
    let condition = where === undefined ? undefined : (ParensNode.create(where.where) as OperationNode)
    for (const source of sources) condition = condition === undefined ? this.#condition(source) : AndNode.create(this.#condition(source), condition)
    return condition === undefined ? undefined : WhereNode.create(condition)
  }

  protected override transformRaw(node: RawNode, queryId: never): RawNode {
    for (const fragment of node.sqlFragments) if (/\b(from|join|into|update)\s+(?!unnest|jsonb_|generate_series|excluded)[a-z_]+/i.test(fragment) && !/extract\s*\(/i.test(fragment)) refuse('raw SQL that names tables')
    return super.transformRaw(node, queryId)
  }
}

function columnName(node: OperationNode): string {
  if (ColumnNode.is(node)) return node.column.name
  if (ReferenceNode.is(node) && ColumnNode.is(node.column)) return node.column.column.name
  return ColumnUpdateNode.is(node) ? columnName(node.column) : ''
}
