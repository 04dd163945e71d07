import { Inject } from '@nestjs/common';
import { Command, CommandRunner, Option } from 'nest-commander';
import { Client } from 'pg';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { KafkaLog } from './kafka-log.ts';
import { Report, sentenceFor } from './report.ts';
import { verifyOrders } from './order/verify-orders.ts';
import type { OrderFigures } from './order/verify-orders.ts';

const ORDERS = {
  schemas: 'factstream-schemas',
  events: 'order-events',
  latest: 'order-latest',
  projection: 'orders',
  version: 1,
  table: 'orders_v1.orders',
  catchUpMs: 30_000,
  settleMs: 5_000,
};

/** Ends with 0 when everything holds, with 1 when something does not, with 2 when it could not be checked. */
@Command({
  name: 'verify',
  description: 'Fold the log anew and compare it with the latest topics and the read models; changes nothing.',
})
export class VerifyCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  @Option({ flags: '--json', description: 'print one JSON object' })
  parseJson(): boolean {
    return true;
  }

  async run(_arguments: string[], { json = false }: { json?: boolean } = {}): Promise<void> {
    const begun = performance.now();
    const report = new Report();
    const log = new KafkaLog(this.config.kafka);
    const database = new Client({ connectionString: this.config.databaseUrl, connectionTimeoutMillis: 5_000 });
    try {
      await database.connect();
      // each context checks itself, one after another, into the one report
      const figures = await verifyOrders(ORDERS, log, database, report);
      const seconds = Math.round(performance.now() - begun) / 1000;
      process.stdout.write(json ? asJson(report, figures, seconds) : asText(report, figures, seconds));
      process.exitCode = report.exitCode;
    } catch (error) {
      process.stderr.write(`Nothing could be concluded: ${reasonOf(error)}\n`);
      process.exitCode = 2;
    } finally {
      await Promise.allSettled([log.close(), database.end()]);
    }
  }
}

function asText(report: Report, { events, orders, latest, rows }: OrderFigures, seconds: number): string {
  const more = report.count - report.differences.length;
  const result = ['Everything holds', `${report.count} differences`, 'Not everything could be compared'];
  const lines = [
    ...report.differences.map(sentenceFor),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    ...report.notCompared,
    `${result[report.exitCode]}: ${events} events, ${orders} orders, ${latest} latest records and ${rows} rows in ${seconds} s.`,
  ];
  return `${lines.join('\n')}\n`;
}

function asJson(report: Report, figures: OrderFigures, seconds: number): string {
  const { count, differences, notCompared, exitCode } = report;
  return `${JSON.stringify({ holds: exitCode === 0, count, differences, notCompared, ...figures, seconds })}\n`;
}

/** The innermost reason: clients wrap a refused connection several times, and leave some messages empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  return error.cause && !error.message ? reasonOf(error.cause) : error.message;
}
