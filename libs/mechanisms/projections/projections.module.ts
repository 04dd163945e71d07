import { Global, Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { KafkaConnection } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { Postgres, postgresDataSource } from './database/postgres.ts';
import type { PostgresSettings } from './database/postgres.ts';
import { ProjectionHost } from './projection-host.ts';
import type { HostSettings } from './projection-host.ts';
import { ProjectionServer } from './projection-server.ts';
import { CheckpointWatch } from './reading/checkpoint-watch.ts';
import { ProjectionReads } from './reading/projection-reads.ts';

export interface ProjectionsSettings extends HostSettings {
  readonly postgres: Omit<PostgresSettings, 'applicationName'>;
}

/**
 * What a query application needs, once a process: the database (`Postgres`, and TypeORM's `DataSource` for
 * `TypeOrmModule.forFeature`), `ProjectionReads` for its queries, and the `ProjectionServer` to be connected as a
 * microservice. Expects `KafkaConnection` and `SchemaTopic` from a global module. Connects nothing before it is started.
 */
@Global()
@Module({})
export class ProjectionsModule implements OnApplicationShutdown {
  readonly #postgres: Postgres;
  readonly #dataSource: DataSource;

  constructor(@Inject(Postgres) postgres: Postgres, @Inject(DataSource) dataSource: DataSource) {
    this.#postgres = postgres;
    this.#dataSource = dataSource;
  }

  static for({ postgres: postgresSettings, ...settings }: ProjectionsSettings): DynamicModule {
    const postgres = new Postgres({ ...postgresSettings, applicationName: settings.app });
    const watch = new CheckpointWatch(postgres);
    return {
      module: ProjectionsModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ type: 'postgres', autoLoadEntities: true, manualInitialization: true }),
          dataSourceFactory: async (options) => postgresDataSource(postgres, options?.entities),
        }),
      ],
      providers: [
        { provide: Postgres, useValue: postgres },
        { provide: ProjectionReads, useValue: new ProjectionReads(postgres, watch) },
        {
          provide: ProjectionServer,
          inject: [KafkaConnection, SchemaTopic, DataSource],
          useFactory: (kafka: KafkaConnection, schemas: SchemaTopic, dataSource: DataSource) =>
            new ProjectionServer(
              new ProjectionHost({ settings, kafka, schemas, postgres, dataSource, watch }),
              schemas,
            ),
        },
      ],
      exports: [Postgres, ProjectionReads, ProjectionServer],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    // an initialised data source ends the pool itself
    if (!this.#dataSource.isInitialized) await this.#postgres.close();
  }
}
