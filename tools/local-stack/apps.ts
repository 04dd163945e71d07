/** The apps of the local stack. One line here is all it takes to run one more. */
export const apps = [
  { name: 'gateway', port: 3000 },
  { name: 'customer-command', port: 3001 },
  { name: 'customer-query', port: 3002 },
  { name: 'order-command', port: 3003 },
  { name: 'order-query', port: 3004 },
  { name: 'payment-command', port: 3005 },
  { name: 'payment-query', port: 3006 },
  { name: 'card-processor', port: 3010 },
] as const satisfies readonly AppDeclaration[];

export interface AppDeclaration {
  name: string;
  /** Where it listens unless that port is taken. */
  port: number;
}

/** The one that answers at the address the banner ends with. */
export const frontDoor = 'gateway';
