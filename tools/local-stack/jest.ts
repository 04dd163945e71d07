import { join } from 'node:path';
import { root } from './layout.ts';

/** The arguments after `node` that run Jest, with ES modules as they are. */
export const jest = [
  '--experimental-vm-modules',
  '--no-warnings',
  join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
];
