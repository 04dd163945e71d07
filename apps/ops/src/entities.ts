import { customer } from '#contexts/customer/index';
import { order } from '#contexts/order/index';
import { payment } from '#contexts/payment/index';
import type { Entity } from '#mechanisms/schemas/index';

/** Every kind of entity that the suite keeps. */
export const ENTITIES: readonly Entity[] = [customer, order, payment];
