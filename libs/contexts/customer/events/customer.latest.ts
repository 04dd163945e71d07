import { latest, list, money, nullable, personal, record, text, uuid } from '#mechanisms/schemas/declare';
import type { RecordOf, ValueOf } from '#mechanisms/schemas/declare';

export const reservation = record('factstream.customer.Reservation', {
  orderId: uuid(),
  amount: money,
});
export type Reservation = ValueOf<typeof reservation>;

/** The whole customer after its newest event; of one that only met declines, nothing but its id. */
export const CustomerLatest = latest('factstream.customer.CustomerLatest', 1, {
  customerId: uuid(),
  status: text<'unregistered' | 'active' | 'suspended'>(),
  name: nullable(personal(text())),
  email: nullable(personal(text())),
  creditLimit: nullable(money),
  suspensionReason: nullable(text()),
  reservations: list(reservation),
});
export type CustomerLatest = Omit<RecordOf<typeof CustomerLatest>, 'meta'>;
