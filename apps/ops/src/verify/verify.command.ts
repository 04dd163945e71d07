import { Inject } from '@nestjs/common';
import { Command, CommandRunner, Option } from 'nest-commander';
import { Client } from 'pg';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { KafkaLog } from './kafka-log.ts';
import { Report, sentenceFor } from './report.ts';
import { Scratch } from './scratch/scratch.ts';
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

interface Options {
  readonly json?: boolean;
  readonly scratch?: string;
}

/** Ends with 0 when everything holds, with 1 when something does not, with 2 when it could not be
 * checked, or something is parked and waits for a person. */
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

  @Option({
    flags: '--scratch <dir>',
    description: 'where to put what does not fit into memory; else the folder for temporary files',
  })
  parseScratch(dir: string): string {
    return dir;
  }

  async run(_arguments: string[], { json = false, scratch: dir }: Options = {}): Promise<void> {
    const begun = performance.now();
    const report = new Report();
    const { kafka, databaseUrl, cardProcessorUrl } = this.config;
    const log = new KafkaLog(kafka);
    const database = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
    let scratch: Scratch | undefined;
    try {
      scratch = Scratch.open(dir);
      await database.connect();
      const schemas = await WriterSchemas.read(log, SCHEMAS_TOPIC);
      const sources = { log, schemas, database, scratch, report };
      const figures = await verifySystem({ ...SYSTEM, cardProcessorUrl }, sources);
      const seconds = Math.round(performance.now() - begun) / 1000;
      process.stdout.write(json ? asJson(report, figures, seconds) : asText(report, figures, seconds));
      process.exitCode = report.exitCode;
    } catch (error) {
      process.stderr.write(`Nothing could be concluded: ${reasonOf(error)}\n`);
      process.exitCode = 2;
    } finally {
      await Promise.allSettled([log.close(), database.end(), scratch?.close()]);
    }
  }
}

function asText(
  { differences, notCompared, parked, notes, exitCode }: Report,
  figures: Figures,
  seconds: number,
): string {
  const { charges, ...contexts } = figures;
  const open = notCompared.count > 0 ? 'Not everything could be compared' : 'Everything holds but for what is parked';
  const result = ['Everything holds', `${differences.count} differences`, open];
  const compared = Object.entries(contexts).map(([plural, { events, entities, latest, rows }]) => {
    const tables = Object.entries(rows).map(([table, count]) => `${count} rows in ${table}`);
    return `  ${entities} ${plural} of ${events} events: ${latest} latest records, ${tables.join(', ')}`;
  });
  const lines = [
    ...differences.kept.map(sentenceFor),
    ...moreOf(differences),
    ...[notCompared, parked, notes].flatMap((sentences) => [...sentences.kept, ...moreOf(sentences)]),
    ...compared,
    `  ${charges} charges in the card processor’s books`,
    `${result[exitCode]}; compared in ${seconds} s.`,
  ];
  return `${lines.join('\n')}\n`;
}

const moreOf = ({ kept, count }: { readonly kept: readonly unknown[]; readonly count: number }): string[] =>
  count > kept.length ? [`… and ${count - kept.length} more.`] : [];

function asJson(
  { differences, notCompared, parked, notes, exitCode }: Report,
  figures: Figures,
  seconds: number,
): string {
  const told = {
    holds: exitCode === 0,
    count: differences.count,
    differences: differences.kept,
    notCompared: notCompared.kept,
    parked: parked.kept,
    notes: notes.kept,
  };
  return `${JSON.stringify({ ...told, ...figures, seconds })}\n`;
}

/** The innermost reason: clients wrap a refused connection several times, and leave some messages empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  return error.cause && !error.message ? reasonOf(error.cause) : error.message;
}
