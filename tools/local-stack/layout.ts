import { join } from 'node:path';

/** The project's folder. */
export const root = join(import.meta.dirname, '..', '..');

/** Everything the local stack keeps: data, logs, and what runs. A test gives each supervisor a folder of its own. */
export const stateFolder = process.env['FACTSTREAM_STATE'] ?? join(root, '.factstream');

export const builtMain = (app: string): string => join(root, 'dist', 'apps', app, 'src', 'main.js');
export const sourceMain = (app: string): string => join(root, 'apps', app, 'src', 'main.ts');
