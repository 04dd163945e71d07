import { join } from 'node:path';

/** The project's folder. */
export const root = join(import.meta.dirname, '..', '..');

const ownStateFolder = process.env['FACTSTREAM_STATE'];

/** Everything the local stack keeps: data, logs, and what runs. A test gives each supervisor a folder of its own. */
export const stateFolder = ownStateFolder ?? join(root, '.factstream');
/** The same, as people are told. */
export const stateFolderName = ownStateFolder ?? '.factstream';

export const builtMain = (app: string): string => join(root, 'dist', 'apps', app, 'src', 'main.js');
export const sourceMain = (app: string): string => join(root, 'apps', app, 'src', 'main.ts');
