import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '#mechanisms/event-store/index';
import type { CommandContext } from '#mechanisms/service/index';
import { PaymentEventStore } from './payment.event-store.ts';

/** Asks the processor about the payment's open request now. */
export class ReconcilePayment extends Command<Receipt> {
  readonly paymentId: string;
  readonly context: CommandContext;

  constructor(paymentId: string, context: CommandContext) {
    super();
    this.paymentId = paymentId;
    this.context = context;
  }
}

@CommandHandler(ReconcilePayment)
export class ReconcilePaymentHandler implements ICommandHandler<ReconcilePayment> {
  private readonly payments: PaymentEventStore;

  constructor(payments: PaymentEventStore) {
    this.payments = payments;
  }

  async execute({ paymentId, context }: ReconcilePayment): Promise<Receipt> {
    const command = { type: 'ReconcilePayment' as const };
    const receipt = await this.payments.execute({ entityId: paymentId, command, ...context });
    this.payments.prompt(paymentId);
    return receipt;
  }
}
