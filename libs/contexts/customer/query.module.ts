import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomerHistoryProjection } from './projections/customer-history.projection.ts';
import { CustomerListProjection, customers } from './projections/customer-list.projection.ts';
import { CustomerListRow } from './projections/customer-list.table.ts';
import { CUSTOMER_TABLE } from './queries/customer-tables.ts';
import { GetCustomerHistoryHandler } from './queries/get-customer-history.query.ts';
import { GetCustomerHandler } from './queries/get-customer.query.ts';
import { ListCustomersHandler } from './queries/list-customers.query.ts';

/** The read side of customers: its projections and its queries. Expects the global `ProjectionsModule`. */
@Module({
  imports: [CqrsModule.forRoot(), TypeOrmModule.forFeature([CustomerListRow])],
  controllers: [CustomerListProjection, CustomerHistoryProjection],
  providers: [
    { provide: CUSTOMER_TABLE, useValue: customers },
    GetCustomerHandler,
    GetCustomerHistoryHandler,
    ListCustomersHandler,
  ],
  exports: [CqrsModule],
})
export class CustomerQueryModule {}
