import { order } from '#contexts/order/index';
import type { Entity } from '#mechanisms/schemas/index';

/** Every kind of entity that the suite keeps. */
export const ENTITIES: readonly Entity[] = [order];
