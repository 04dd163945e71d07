import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RecordProcessorAnswer } from '#contexts/payment/commands/record-processor-answer.command';
import { Command } from '#mechanisms/service/index';
import type { CommandInput } from '#mechanisms/service/index';
import { CallbackSignatureGuard } from './callback-signature.guard.ts';
import { CardProcessorCallbackRequest } from './card-processor-callback.request.ts';
import { answerOf } from './processor-answer.ts';

@ApiTags('callbacks')
@Controller('callbacks')
export class CardProcessorCallbacksController {
  private readonly commands: CommandBus;

  constructor(commands: CommandBus) {
    this.commands = commands;
  }

  @Post('card-processor')
  @HttpCode(204)
  @UseGuards(CallbackSignatureGuard)
  @ApiOperation({ summary: 'Take an answer that the card processor tells of its own accord' })
  @ApiHeader({ name: 'X-Signature', description: 't=<epoch ms>,v1=<hex HMAC-SHA256 of "<t>.<body>">' })
  @ApiBody({ type: CardProcessorCallbackRequest })
  async record(
    @Command({ body: CardProcessorCallbackRequest }) { body }: CommandInput<CardProcessorCallbackRequest>,
    @Req() { correlation }: FastifyRequest,
  ): Promise<void> {
    const { paymentId, requestId } = body;
    await this.commands.execute(
      new RecordProcessorAnswer(paymentId.toLowerCase(), requestId.toLowerCase(), answerOf(body), correlation),
    );
  }
}
