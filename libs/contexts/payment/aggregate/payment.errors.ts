import { DomainError } from '#mechanisms/event-sourcing/index';

export const paymentNotFound = () => new DomainError('PAYMENT_NOT_FOUND', 'There is no such payment.');
export const paymentNotCaptured = () => new DomainError('PAYMENT_NOT_CAPTURED', 'The payment is not captured.');
export const refundExceedsCaptured = () =>
  new DomainError('REFUND_EXCEEDS_CAPTURED', 'The refund is more than what is left of the captured amount.');
export const refundNotPositive = () =>
  new DomainError('REFUND_NOT_POSITIVE', 'A refund is a whole number of minor units, at least 1.');
export const tooManyRefunds = () => new DomainError('TOO_MANY_REFUNDS', 'A payment takes at most 1000 refunds.');
export const currencyMismatch = () => new DomainError('CURRENCY_MISMATCH', 'The payment has another currency.');
export const requestNotFound = () =>
  new DomainError('PROCESSOR_REQUEST_NOT_FOUND', 'The payment has asked the processor for no such thing.');
export const answerMismatch = () =>
  new DomainError('PROCESSOR_ANSWER_MISMATCH', 'The processor answers with another amount than it was asked for.');
