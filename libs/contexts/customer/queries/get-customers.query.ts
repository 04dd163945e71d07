import { Inject } from '@nestjs/common';
import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, prepared, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness, Projection } from '#mechanisms/projections/index';
import { CUSTOMER_TABLE } from './customer-tables.ts';
import { CUSTOMER_COLUMNS, toCustomerView } from './customer.view.ts';
import type { CustomerRow, CustomerView } from './customer.view.ts';

/** Those of some customers that are registered, by id. */
export class GetCustomers extends FreshQuery<ReadonlyMap<string, CustomerView>> {
  readonly customerIds: readonly string[];

  constructor(customerIds: readonly string[], freshness: Freshness) {
    super(freshness);
    this.customerIds = customerIds;
  }
}

@QueryHandler(GetCustomers)
export class GetCustomersHandler implements IQueryHandler<GetCustomers> {
  private readonly reads: ProjectionReads;
  private readonly customers: Projection;

  constructor(reads: ProjectionReads, @Inject(CUSTOMER_TABLE) customers: Projection) {
    this.reads = reads;
    this.customers = customers;
  }

  execute(query: GetCustomers): Promise<ReadonlyMap<string, CustomerView>> {
    return this.reads.read([this.customers], query, async (sql) => {
      const text = `SELECT ${CUSTOMER_COLUMNS} FROM ${sql.schema}.customers
          WHERE customer_id = ANY($1::uuid[]) AND status <> 'unregistered'`;
      const { rows } = await sql.query<CustomerRow>(prepared(text, [query.customerIds]));
      return new Map(rows.map((row) => [row.customer_id, toCustomerView(row)]));
    });
  }
}
