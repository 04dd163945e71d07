import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CONSUMERS_COMMANDS } from './consumers/reset.command.ts';
import { DeployCommand } from './deploy/deploy.command.ts';
import { DLQ_COMMANDS } from './dlq/dlq.command.ts';
import { LETTER_SOURCES } from './dlq/letter-sources.ts';
import type { LetterSources } from './dlq/letter-sources.ts';
import { ProjectionLetters } from './dlq/projection-letters.ts';
import { ReactionLetters } from './dlq/reaction-letters.ts';
import { PROJECTIONS_COMMANDS } from './projections/projections.command.ts';
import { RebuildLatestCommand } from './rebuild-latest/rebuild-latest.command.ts';
import { OPS_CONFIG } from './ops.token.ts';
import type { OpsConfig } from './ops.config.ts';
import { VerifyCommand } from './verify/verify.command.ts';

/** The command line: one class a command. */
@Module({})
export class OpsModule {
  static for(config: OpsConfig): DynamicModule {
    return {
      module: OpsModule,
      providers: [
        { provide: OPS_CONFIG, useValue: config },
        ...CONSUMERS_COMMANDS,
        DeployCommand,
        ProjectionLetters,
        ReactionLetters,
        {
          provide: LETTER_SOURCES,
          inject: [ProjectionLetters, ReactionLetters],
          useFactory: (projections: ProjectionLetters, reactions: ReactionLetters): LetterSources => [
            projections.letters,
            ...reactions.letters,
          ],
        },
        ...DLQ_COMMANDS,
        ...PROJECTIONS_COMMANDS,
        RebuildLatestCommand,
        VerifyCommand,
      ],
    };
  }
}
