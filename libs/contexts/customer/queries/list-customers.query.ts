import { Inject } from '@nestjs/common';
import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, fromCursor, pageOf, prepared, ProjectionReads, rowsFor } from '#mechanisms/projections/index';
import type { Freshness, Page, Projection } from '#mechanisms/projections/index';
import type { CustomerStatus } from '../projections/customer-list.table.ts';
import { CUSTOMER_TABLE } from './customer-tables.ts';
import { CUSTOMER_COLUMNS, toCustomerView } from './customer.view.ts';
import type { CustomerRow, CustomerView } from './customer.view.ts';

/** Which customers a list holds, and which part of it is asked for. */
export interface CustomerListRequest {
  readonly status?: CustomerStatus;
  /** A part of the name or of the e-mail address, in any case. */
  readonly search?: string;
  /** 1 to 100. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** A page of customers, newest first. Paging neither skips nor repeats a customer, whatever changes meanwhile. */
export class ListCustomers extends FreshQuery<Page<CustomerView>> {
  readonly request: CustomerListRequest;

  constructor(request: CustomerListRequest, freshness: Freshness) {
    super(freshness);
    this.request = request;
  }
}

@QueryHandler(ListCustomers)
export class ListCustomersHandler implements IQueryHandler<ListCustomers> {
  private readonly reads: ProjectionReads;
  private readonly customers: Projection;

  constructor(reads: ProjectionReads, @Inject(CUSTOMER_TABLE) customers: Projection) {
    this.reads = reads;
    this.customers = customers;
  }

  /** @throws InvalidCursor for an `after` that no page gave out. */
  async execute(query: ListCustomers): Promise<Page<CustomerView>> {
    const { limit } = query.request;
    const statementIn = statementFor(query.request);
    return this.reads.read([this.customers], query, async (sql) => {
      const { rows } = await sql.query<CustomerRow>(statementIn(sql.schema));
      const page = pageOf(rows, limit, ({ registered_at, customer_id }) => ({
        time: new Date(registered_at).getTime(),
        id: customer_id,
      }));
      return { ...page, items: page.items.map(toCustomerView) };
    });
  }
}

function statementFor({ status, search, limit, after }: CustomerListRequest) {
  const values: unknown[] = [];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [status === undefined ? `status <> 'unregistered'` : `status = ${parameter(status)}`];
  if (search !== undefined) {
    const pattern = parameter(`%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
    conditions.push(`(name ILIKE ${pattern} OR email ILIKE ${pattern})`);
  }
  if (after !== undefined) {
    const { time, id } = fromCursor(after);
    conditions.push(`(registered_at, customer_id) < (${parameter(new Date(time).toISOString())}, ${parameter(id)})`);
  }
  const textIn = (schema: string): string => `SELECT ${CUSTOMER_COLUMNS} FROM ${schema}.customers
    WHERE ${conditions.join(' AND ')}
    ORDER BY registered_at DESC, customer_id DESC LIMIT ${rowsFor(limit)}`;
  // how many a search may find differs widely
  const statement = search === undefined ? prepared : (text: string) => ({ text, values });
  return (schema: string) => statement(textIn(schema), values);
}
