import { Inject } from '@nestjs/common';
import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, prepared, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness, Projection } from '#mechanisms/projections/index';
import { CUSTOMER_TABLE } from './customer-tables.ts';
import { CUSTOMER_COLUMNS, toCustomerView } from './customer.view.ts';
import type { CustomerRow, CustomerView } from './customer.view.ts';

/** One customer; `undefined` when none with this id is registered. */
export class GetCustomer extends FreshQuery<CustomerView | undefined> {
  readonly customerId: string;

  constructor(customerId: string, freshness: Freshness) {
    super(freshness);
    this.customerId = customerId;
  }
}

@QueryHandler(GetCustomer)
export class GetCustomerHandler implements IQueryHandler<GetCustomer> {
  private readonly reads: ProjectionReads;
  private readonly customers: Projection;

  constructor(reads: ProjectionReads, @Inject(CUSTOMER_TABLE) customers: Projection) {
    this.reads = reads;
    this.customers = customers;
  }

  execute(query: GetCustomer): Promise<CustomerView | undefined> {
    return this.reads.read([this.customers], query, async (sql) => {
      const text = `SELECT ${CUSTOMER_COLUMNS} FROM ${sql.schema}.customers
          WHERE customer_id = $1 AND status <> 'unregistered'`;
      const { rows } = await sql.query<CustomerRow>(prepared(text, [query.customerId]));
      return rows[0] && toCustomerView(rows[0]);
    });
  }
}
