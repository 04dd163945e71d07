import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ReconcilePayment } from '#contexts/payment/commands/reconcile-payment.command';
import { RefundPayment } from '#contexts/payment/commands/refund-payment.command';
import { acceptedHeaders, ApiCommand, Command, IdParam } from '#mechanisms/service/index';
import type { CommandInput } from '#mechanisms/service/index';
import { ReconcilePaymentRequest, RefundPaymentRequest } from './payment.requests.ts';
import { PaymentAccepted } from './payment.response.ts';

@ApiTags('payments')
@Controller('payments')
export class PaymentsController {
  private readonly commands: CommandBus;

  constructor(commands: CommandBus) {
    this.commands = commands;
  }

  @Post(':id/refund')
  @HttpCode(200)
  @ApiCommand({
    summary: 'Refund a captured payment, in full or in part',
    params: IdParam,
    body: RefundPaymentRequest,
    accepted: PaymentAccepted,
  })
  async refund(
    @Command({ params: IdParam, body: RefundPaymentRequest })
    { params, body, context }: CommandInput<RefundPaymentRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentAccepted> {
    const { amount, currency } = body.amount;
    const refund = { amount: { amount, currency }, reason: body.reason };
    return accepted(await this.commands.execute(new RefundPayment(params.id, refund, context)), reply);
  }

  @Post(':id/reconcile')
  @HttpCode(202)
  @ApiCommand({
    summary: 'Ask the card processor about an open request now',
    params: IdParam,
    body: ReconcilePaymentRequest,
    accepted: PaymentAccepted,
    status: 202,
  })
  async reconcile(
    @Command({ params: IdParam, body: ReconcilePaymentRequest })
    { params, context }: CommandInput<ReconcilePaymentRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PaymentAccepted> {
    return accepted(await this.commands.execute(new ReconcilePayment(params.id, context)), reply);
  }
}

function accepted(receipt: Parameters<typeof acceptedHeaders>[1], reply: FastifyReply): PaymentAccepted {
  acceptedHeaders(reply, receipt);
  return { paymentId: receipt.entityId, version: receipt.version };
}
