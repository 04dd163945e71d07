/** The apps of the local stack. One line here is all it takes to run one more. */
export const apps = [
  { name: 'gateway', port: 3000 },
  { name: 'order-command', port: 3003 },
  { name: 'order-query', port: 3004 },
] as const satisfies readonly AppDeclaration[];

export interface AppDeclaration {
  name: string;
  /** Where it listens unless that port is taken. */
  port: number;
}

/** The one that answers at the address the banner ends with. */
export const frontDoor = 'gateway';
