import { Inject } from '@nestjs/common';
import { Command, CommandRunner, Option } from 'nest-commander';
import { Client } from 'pg';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { KafkaLog } from './kafka-log.ts';
import { Report, sentenceFor } from './report.ts';
import { CUSTOMERS, ORDERS, PAYMENTS } from './verified-entities.ts';
import { verifySystem } from './verify-system.ts';
import type { Figures } from './verify-system.ts';
import { WriterSchemas } from './writer-schemas.ts';

const SCHEMAS_TOPIC = 'factstream-schemas';

const SYSTEM = {
  customers: CUSTOMERS,
  orders: ORDERS,
  payments: PAYMENTS,
  catchUpMs: 30_000,
  settleMs: 5_000,
  quietMs: 20_000,
  mostMs: 90_000,
  pauseMs: 500,
};

/** Ends with 0 when everything holds, with 1 when something does not, with 2 when it could not be checked. */
@Command({
  name: 'verify',
  description:
    'Fold the log anew and compare it with the latest topics, the read models and the card processor; changes nothing.',
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
    const { kafka, databaseUrl, cardProcessorUrl } = this.config;
    const log = new KafkaLog(kafka);
    const database = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
    try {
      await database.connect();
      const schemas = await WriterSchemas.read(log, SCHEMAS_TOPIC);
      const figures = await verifySystem({ ...SYSTEM, cardProcessorUrl }, { log, schemas, database, report });
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

function asText(report: Report, { charges, ...contexts }: Figures, seconds: number): string {
  const more = report.count - report.differences.length;
  const result = ['Everything holds', `${report.count} differences`, 'Not everything could be compared'];
  const compared = Object.entries(contexts).map(([plural, { events, entities, latest, rows }]) => {
    const tables = Object.entries(rows).map(([table, count]) => `${count} rows in ${table}`);
    return `  ${entities} ${plural} of ${events} events: ${latest} latest records, ${tables.join(', ')}`;
  });
  const lines = [
    ...report.differences.map(sentenceFor),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    ...report.notCompared,
    ...report.notes,
    ...compared,
    `  ${charges} charges in the card processor’s books`,
    `${result[report.exitCode]}; compared in ${seconds} s.`,
  ];
  return `${lines.join('\n')}\n`;
}

function asJson(report: Report, figures: Figures, seconds: number): string {
  const { count, differences, notCompared, notes, exitCode } = report;
  return `${JSON.stringify({ holds: exitCode === 0, count, differences, notCompared, notes, ...figures, seconds })}\n`;
}

/** The innermost reason: clients wrap a refused connection several times, and leave some messages empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  return error.cause && !error.message ? reasonOf(error.cause) : error.message;
}
