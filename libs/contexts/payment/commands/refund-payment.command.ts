import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '#mechanisms/event-store/index';
import type { CommandContext } from '#mechanisms/service/index';
import type { Money } from '../events/payment.events.ts';
import { PaymentEventStore } from './payment.event-store.ts';

/** Asks for a refund; the processor makes it afterwards. */
export class RefundPayment extends Command<Receipt> {
  readonly paymentId: string;
  readonly refund: { readonly amount: Money; readonly reason: string };
  readonly context: CommandContext;

  constructor(paymentId: string, refund: RefundPayment['refund'], context: CommandContext) {
    super();
    this.paymentId = paymentId;
    this.refund = refund;
    this.context = context;
  }
}

@CommandHandler(RefundPayment)
export class RefundPaymentHandler implements ICommandHandler<RefundPayment> {
  private readonly payments: PaymentEventStore;

  constructor(payments: PaymentEventStore) {
    this.payments = payments;
  }

  execute({ paymentId, refund: { amount, reason }, context }: RefundPayment): Promise<Receipt> {
    const command = { type: 'RefundPayment' as const, amount, reason };
    return this.payments.execute({ entityId: paymentId, command, ...context });
  }
}
