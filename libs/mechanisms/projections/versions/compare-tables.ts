import type { Client } from 'pg';

/** The first place where two versions are not the same. Values are PostgreSQL's text of them, null for NULL. */
export interface Difference {
  readonly table: string;
  /** The row, as `column=value` of its primary key; missing when the tables themselves differ. */
  readonly key?: string;
  /** Missing when the whole row, or the whole table, is in one version only. */
  readonly column?: string;
  readonly old: string | null;
  readonly new: string | null;
}

/** A schema, and a connection in a snapshot in which it is read. */
export interface Side {
  readonly client: Client;
  readonly schema: string;
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  /** Its place in the primary key, from 1. */
  readonly key: number | null;
}

type Row = Readonly<Record<string, string | null>>;

const ROWS_PER_FETCH = 1_000;
const ABSENT = 'absent';
const PRESENT = 'present';

/**
 * Compares the tables of two schemas row by row, in the order of their primary keys; holds some thousand rows at a time.
 * Answers how many rows were compared, and the first difference if there is one. Tables and columns that only one side has
 * are differences too; with `isShapeFree` they are left out and named in `notes`.
 */
export async function compareTables(
  old: Side,
  next: Side,
  isShapeFree: boolean,
): Promise<{ rows: number; difference?: Difference; notes: string[] }> {
  const [oldTables, newTables] = [await tablesOf(old), await tablesOf(next)];
  const notes: string[] = [];
  let rows = 0;
  for (const table of [...new Set([...oldTables.keys(), ...newTables.keys()])].sort()) {
    const [before, after] = [oldTables.get(table) ?? [], newTables.get(table) ?? []];
    const shape = shapeDifference(table, before, after);
    if (shape && !isShapeFree) return { rows, difference: shape, notes };
    if (shape)
      notes.push(
        `${shape.column ? `${table}.${shape.column}` : table} is in one version only, or of two types: not compared.`,
      );
    const columns = after.filter((one) => before.some((other) => isSame(one, other)));
    if (columns.length === 0) continue;
    const compared = await compareTable(table, columns, old, next);
    rows += compared.rows;
    if (compared.difference) return { rows, difference: compared.difference, notes };
  }
  return { rows, notes };
}

async function tablesOf({ client, schema }: Side): Promise<Map<string, Column[]>> {
  const { rows } = await client.query<Column>(
    `SELECT relname AS table, attname AS name, format_type(atttypid, atttypmod) AS type,
       array_position(string_to_array(indkey::text, ' ')::int[], attnum::int) AS key
     FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid LEFT JOIN pg_index ON indrelid = pg_class.oid AND indisprimary
     WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p') AND relname <> 'migrations'
       AND attnum > 0 AND NOT attisdropped
     ORDER BY relname, attnum`,
    [schema],
  );
  return Map.groupBy(rows, ({ table }) => table);
}

const isSame = (one: Column, other: Column): boolean =>
  one.name === other.name && one.type === other.type && one.key === other.key;

function shapeDifference(table: string, before: readonly Column[], after: readonly Column[]): Difference | undefined {
  const [old, next] = [before, after].map(({ length }) => (length > 0 ? PRESENT : ABSENT));
  if (old !== next) return { table, old: old!, new: next! };
  const typeIn = (columns: readonly Column[], name: string) => columns.find((one) => one.name === name)?.type ?? ABSENT;
  const odd = [...before, ...after].find(
    (one) => !before.some((other) => isSame(one, other)) || !after.some((other) => isSame(one, other)),
  );
  return odd && { table, column: odd.name, old: typeIn(before, odd.name), new: typeIn(after, odd.name) };
}

async function compareTable(table: string, columns: readonly Column[], old: Side, next: Side) {
  const keyed = columns.filter(({ key }) => key !== null).sort((a, b) => a.key! - b.key!);
  const key = keyed.length > 0 ? keyed : columns;
  const [oldRows, newRows] = [old, next].map((side) => readRows(side, table, columns, key));
  let [before, after] = [await oldRows!.next(), await newRows!.next()];
  for (let rows = 0; ; rows += 1) {
    if (before.done && after.done) return { rows };
    const order = before.done ? 1 : after.done ? -1 : compareKeys(before.value, after.value, key);
    const nameOfRow = (row: Row): string => key.map(({ name }) => `${name}=${row[name]}`).join(', ');
    if (order < 0) return { rows, difference: { table, key: nameOfRow(before.value!), old: PRESENT, new: ABSENT } };
    if (order > 0) return { rows, difference: { table, key: nameOfRow(after.value!), old: ABSENT, new: PRESENT } };
    const [oldRow, newRow] = [before.value!, after.value!];
    const column = columns.find(({ name }) => oldRow[name] !== newRow[name])?.name;
    if (column !== undefined) {
      const values = { old: oldRow[column]!, new: newRow[column]! };
      return { rows, difference: { table, key: nameOfRow(oldRow), column, ...values } };
    }
    [before, after] = [await oldRows!.next(), await newRows!.next()];
  }
}

async function* readRows(
  { client, schema }: Side,
  table: string,
  columns: readonly Column[],
  key: readonly Column[],
): AsyncGenerator<Row, undefined> {
  const texts = columns.map(({ name }) => `t."${name}"::text AS "${name}"`).join(', ');
  const order = key.map((column) =>
    isOrderedByType(column) ? `t."${column.name}"` : `t."${column.name}"::text COLLATE "C"`,
  );
  await client.query(
    `DECLARE compared NO SCROLL CURSOR FOR SELECT ${texts} FROM ${schema}."${table}" AS t ORDER BY ${order.join(', ')}`,
  );
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${ROWS_PER_FETCH} FROM compared`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await client.query('CLOSE compared');
  return undefined;
}

/** Integers, and UUIDs, whose order is that of their text; everything else is ordered by the bytes of its text. */
const isOrderedByType = ({ type }: Column): boolean => ['uuid', 'smallint', 'integer', 'bigint'].includes(type);

function compareKeys(before: Row, after: Row, key: readonly Column[]): number {
  for (const { name, type } of key) {
    const [one, other] = [before[name] ?? '', after[name] ?? ''];
    if (one === other) continue;
    if (type === 'uuid') return one < other ? -1 : 1;
    if (isOrderedByType({ type } as Column)) return BigInt(one) < BigInt(other) ? -1 : 1;
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  return 0;
}
