import { v5 as uuidv5 } from 'uuid';

/** Changing it would give every order a second payment. */
const PAYMENT_NAMESPACE = '0f1c7c54-3d9e-4b0b-9a53-6c2f0d8e4b71';

/** The id of the one payment of an order. */
export const paymentIdOf = (orderId: string): string => uuidv5(orderId, PAYMENT_NAMESPACE);
