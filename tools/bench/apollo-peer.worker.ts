// The peer of `bench -- graphql`: Apollo on Express, the relations of orders loaded by TypeORM from the same tables.
import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { Brackets, Column, DataSource, Entity, JoinColumn, ManyToOne, OneToOne, PrimaryColumn } from 'typeorm';

@Entity('customers')
class CustomerRow {
  @PrimaryColumn({ type: 'uuid', name: 'customer_id' })
  customerId: string;
  @Column({ type: 'bigint' })
  version: string;
  @Column({ type: 'text' })
  status: string;
  @Column({ type: 'text' })
  name: string;
  @Column({ type: 'text' })
  email: string;
  @Column({ type: 'bigint', name: 'credit_limit' })
  creditLimit: string;
  @Column({ type: 'bigint' })
  reserved: string;
  @Column({ type: 'text' })
  currency: string;
  @Column({ type: 'timestamptz', name: 'registered_at' })
  registeredAt: Date;
  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}

@Entity('payments')
class PaymentRow {
  @PrimaryColumn({ type: 'uuid', name: 'payment_id' })
  paymentId: string;
  @OneToOne(() => OrderRow, 'payment')
  @JoinColumn({ name: 'order_id' })
  order: unknown;
  @Column({ type: 'bigint' })
  version: string;
  @Column({ type: 'text' })
  status: string;
  @Column({ type: 'text' })
  currency: string;
  @Column({ type: 'bigint' })
  amount: string;
  @Column({ type: 'bigint' })
  authorized: string;
  @Column({ type: 'bigint' })
  captured: string;
  @Column({ type: 'bigint' })
  refunded: string;
  @Column({ type: 'timestamptz', name: 'initiated_at' })
  initiatedAt: Date;
  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}

@Entity('orders')
class OrderRow {
  @PrimaryColumn({ type: 'uuid', name: 'order_id' })
  orderId: string;
  @Column({ type: 'bigint' })
  version: string;
  @Column({ type: 'text' })
  status: string;
  @ManyToOne(() => CustomerRow)
  @JoinColumn({ name: 'customer_id' })
  customer: CustomerRow;
  @OneToOne(() => PaymentRow, 'order')
  payment: PaymentRow | null;
  @Column({ type: 'jsonb' })
  lines: unknown;
  @Column({ type: 'bigint', name: 'total_amount' })
  totalAmount: string;
  @Column({ type: 'text' })
  currency: string;
  @Column({ type: 'timestamptz', name: 'placed_at' })
  placedAt: Date;
  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}

const TYPES = `#graphql
  type Money { amount: Float! currency: String! }
  type Line { sku: String! name: String! quantity: Int! unitPrice: Money! }
  type Customer { customerId: ID! version: Int! name: String! email: String! status: String! creditLimit: Money!
    reserved: Money! available: Money! registeredAt: String! updatedAt: String! }
  type Payment { paymentId: ID! version: Int! status: String! amount: Money! authorized: Money! captured: Money!
    refunded: Money! initiatedAt: String! updatedAt: String! }
  type Order { orderId: ID! version: Int! status: String! customer: Customer lines: [Line!]! total: Money! payment: Payment
    placedAt: String! updatedAt: String! }
  type OrderEdge { node: Order! cursor: String! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type OrderConnection { edges: [OrderEdge!]! pageInfo: PageInfo! }
  type Query { orders(first: Int! = 20, after: String): OrderConnection! }
`;

const money = (amount: string, currency: string) => ({ amount: Number(amount), currency });
/** Rows have no methods. */
type Plain<Row> = { [Column in keyof Row]: Row[Column] };

const shownCustomer = (row: Plain<CustomerRow>) => ({
  ...row,
  creditLimit: money(row.creditLimit, row.currency),
  reserved: money(row.reserved, row.currency),
  available: money(String(Number(row.creditLimit) - Number(row.reserved)), row.currency),
  registeredAt: row.registeredAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
const shownPayment = (row: Plain<PaymentRow>) => ({
  ...row,
  amount: money(row.amount, row.currency),
  authorized: money(row.authorized, row.currency),
  captured: money(row.captured, row.currency),
  refunded: money(row.refunded, row.currency),
  initiatedAt: row.initiatedAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
const shownOrder = (row: Plain<OrderRow>) => ({
  ...row,
  customer: shownCustomer(row.customer),
  payment: row.payment && shownPayment(row.payment),
  total: money(row.totalAmount, row.currency),
  placedAt: row.placedAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
const cursorOf = ({ placedAt, orderId }: OrderRow): string =>
  Buffer.from(`${placedAt.toISOString()} ${orderId}`).toString('base64url');

const [url, schema, port] = process.argv.slice(2);
const database = await new DataSource({
  type: 'postgres',
  url: url!,
  schema: schema!,
  entities: [OrderRow, CustomerRow, PaymentRow],
  installExtensions: false,
  poolSize: 10,
}).initialize();
const orders = database.getRepository(OrderRow);
const relations = { customer: true, payment: true } as const;

async function page(first: number, after: string | null) {
  const query = orders
    .createQueryBuilder('o')
    .leftJoinAndSelect('o.customer', 'customer')
    .leftJoinAndSelect('o.payment', 'payment')
    .orderBy('o.placedAt', 'DESC')
    .addOrderBy('o.orderId', 'DESC')
    .take(first + 1);
  if (after !== null) {
    const [time, id] = Buffer.from(after, 'base64url').toString().split(' ');
    query.where(new Brackets((where) => where.where('(o.placedAt, o.orderId) < (:time, :id)', { time, id })));
  }
  const rows = await query.getMany();
  const shown = rows.slice(0, first);
  return {
    edges: shown.map((row) => ({ node: shownOrder(row), cursor: cursorOf(row) })),
    pageInfo: { hasNextPage: rows.length > first, endCursor: shown.length > 0 ? cursorOf(shown.at(-1)!) : null },
  };
}

const apollo = new ApolloServer({
  typeDefs: TYPES,
  resolvers: {
    Query: {
      orders: (_root: unknown, { first, after }: { first: number; after?: string | null }) =>
        page(first, after ?? null),
    },
  },
});
await apollo.start();
const app = express();
app.get('/orders/:id', async (request, reply) => {
  const order = await orders.findOne({ where: { orderId: request.params.id }, relations });
  if (order) reply.json(shownOrder(order));
  else reply.status(404).end();
});
app.use('/graphql', express.json(), expressMiddleware(apollo));
app.listen(Number(port), '127.0.0.1', () => process.send!('ready'));
