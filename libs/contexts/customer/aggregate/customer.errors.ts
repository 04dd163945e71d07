import { DomainError } from '#mechanisms/event-sourcing/index';

export const customerNotFound = () => new DomainError('CUSTOMER_NOT_FOUND', 'There is no such customer.');
export const customerAlreadyRegistered = () =>
  new DomainError('CUSTOMER_ALREADY_REGISTERED', 'The customer has been registered before.');
export const customerAlreadySuspended = () =>
  new DomainError('CUSTOMER_ALREADY_SUSPENDED', 'The customer is already suspended.');
export const customerNotSuspended = () => new DomainError('CUSTOMER_NOT_SUSPENDED', 'The customer is not suspended.');
export const currencyMismatch = (currency: string) =>
  new DomainError('CURRENCY_MISMATCH', `The credit limit is in ${currency}, and its currency cannot change.`);
