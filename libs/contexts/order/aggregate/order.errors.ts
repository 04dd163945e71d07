import { DomainError } from '#mechanisms/event-sourcing/index';

export const orderNotFound = () => new DomainError('ORDER_NOT_FOUND', 'There is no such order.');
export const orderAlreadyPlaced = () => new DomainError('ORDER_ALREADY_PLACED', 'The order has been placed before.');
export const orderEmpty = () => new DomainError('ORDER_EMPTY', 'An order has between 1 and 200 lines.');
export const orderTotalOutOfRange = () =>
  new DomainError('ORDER_TOTAL_OUT_OF_RANGE', 'The total must be at least 1 minor unit and below 2^53.');
export const currencyMismatch = () => new DomainError('CURRENCY_MISMATCH', 'All lines must have the same currency.');
export const orderNotPaid = () => new DomainError('ORDER_NOT_PAID', 'The order is not paid.');
export const orderNotShipped = () => new DomainError('ORDER_NOT_SHIPPED', 'The order is not shipped.');
export const orderAlreadyShipped = () => new DomainError('ORDER_ALREADY_SHIPPED', 'The order is already shipped.');
export const orderAlreadyDelivered = () =>
  new DomainError('ORDER_ALREADY_DELIVERED', 'The order is already delivered.');
export const orderIsCancelled = () => new DomainError('ORDER_CANCELLED', 'The order is cancelled.');
export const orderIsRejected = () => new DomainError('ORDER_REJECTED', 'The order was rejected.');
export const paymentAmountMismatch = () =>
  new DomainError('PAYMENT_AMOUNT_MISMATCH', 'The captured amount is not the total of the order.');
