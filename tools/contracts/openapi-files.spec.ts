import { expect, it } from '@jest/globals';
import { committedFiles, differences } from './generated-files.ts';
import { openApiFiles } from './openapi-files.ts';

it('contracts/openapi holds the document of every app and nothing else', async () => {
  expect(differences('openapi', await openApiFiles(), committedFiles('openapi'))).toEqual([]);
});
