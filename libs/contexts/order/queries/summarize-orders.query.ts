import { QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { FreshQuery, prepared, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orders } from '../projections/order-list.projection.ts';

/** What orders are counted by; days are those of UTC. */
const GROUPS = {
  status: 'status',
  day: `to_char(placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
  customer: 'customer_id::text',
} as const;

export interface OrderSummaryRequest {
  readonly groupBy: keyof typeof GROUPS;
  /** Orders placed at this time or later. */
  readonly from?: Date;
  /** Orders placed before this time. */
  readonly to?: Date;
}

interface OrderSummaryItem {
  /** A status, a day as `2026-11-02`, or the id of a customer. */
  readonly group: string;
  readonly currency: string;
  readonly count: number;
  /** Minor units of the currency. */
  readonly total: number;
}

export interface OrderSummary {
  readonly items: readonly OrderSummaryItem[];
}

/** How many orders there are, and their totals, by group and currency. */
export class SummarizeOrders extends FreshQuery<OrderSummary> {
  readonly request: OrderSummaryRequest;

  constructor(request: OrderSummaryRequest, freshness: Freshness) {
    super(freshness);
    this.request = request;
  }
}

@QueryHandler(SummarizeOrders)
export class SummarizeOrdersHandler implements IQueryHandler<SummarizeOrders> {
  private readonly reads: ProjectionReads;

  constructor(reads: ProjectionReads) {
    this.reads = reads;
  }

  execute(query: SummarizeOrders): Promise<OrderSummary> {
    const { groupBy, from, to } = query.request;
    return this.reads.read([orders], query, async (sql) => {
      const text = `SELECT ${GROUPS[groupBy]} AS "group", currency, count(*) AS count, sum(total_amount) AS total
          FROM ${sql.schema}.orders
          WHERE placed_at >= coalesce($1, '-infinity'::timestamptz) AND placed_at < coalesce($2, 'infinity'::timestamptz)
          GROUP BY 1, 2 ORDER BY 1, 2`;
      const { rows } = await sql.query<{ group: string; currency: string; count: string; total: string }>(
        prepared(text, [from, to]),
      );
      return {
        items: rows.map(({ group, currency, count, total }) => ({
          group,
          currency,
          count: Number(count),
          total: exactly(total),
        })),
      };
    });
  }
}

/** A sum may be larger than what a number of JavaScript holds exactly, and JSON can say it all the same. */
function exactly(digits: string): number {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : (JSON as unknown as RawJson).rawJSON(digits);
}

/** Not yet among TypeScript's declarations. */
interface RawJson {
  rawJSON(text: string): number;
}
