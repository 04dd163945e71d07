import { expect, it } from '@jest/globals';
import { committedFiles, differences } from './generated-files.ts';
import { graphqlFiles } from './graphql-files.ts';

it('contracts/graphql holds the schema of every graph and nothing else', async () => {
  expect(differences('graphql', await graphqlFiles(), committedFiles('graphql'))).toEqual([]);
}, 120_000);
