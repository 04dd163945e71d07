import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { avroFiles } from './avro-files.ts';
import { missingFromCorpus } from './corpus.ts';
import { declaredEvents, declaredRecords } from './declared.ts';
import { exampleEvents } from './examples.ts';
import { committedFiles, contractsFolder, replaceFiles } from './generated-files.ts';
import { graphqlFiles } from './graphql-files.ts';
import { openApiFiles } from './openapi-files.ts';

const changed = [
  ...replaceFiles('avro', avroFiles(declaredRecords)).map((name) => `avro/${name}`),
  ...replaceFiles('graphql', await graphqlFiles()).map((name) => `graphql/${name}`),
  ...replaceFiles('openapi', await openApiFiles()).map((name) => `openapi/${name}`),
];
// What was written once is what a reader must understand for ever: it is added to, never replaced.
for (const [name, text] of missingFromCorpus(declaredEvents, exampleEvents(), committedFiles('corpus'))) {
  writeFileSync(join(contractsFolder, 'corpus', name), text);
  changed.push(`corpus/${name}`);
}
const list = changed.map((name) => `  contracts/${name}`);
console.log(changed.length > 0 ? ['changed:', ...list].join('\n') : 'contracts/ is what the code declares');
