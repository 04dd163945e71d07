import { describe, expect, it } from '@jest/globals';
import { event, text } from '#mechanisms/schemas/declare';
import { avroFiles } from './avro-files.ts';
import { declaredRecords } from './declared.ts';
import { committedFiles, differences } from './generated-files.ts';

describe('contracts/avro', () => {
  it('holds the schema of every declared record and nothing else', () => {
    expect(differences('avro', avroFiles(declaredRecords), committedFiles('avro'))).toEqual([]);
  });

  it('tells of a file that is missing, one that is left over and one that differs', () => {
    const declared = avroFiles([event('a.Added', 1, {}), event('a.Changed', 1, { now: text() })]);
    const committed = avroFiles([event('a.Changed', 1, { before: text() }), event('a.Removed', 1, {})]);
    expect(differences('avro', declared, committed)).toEqual([
      'contracts/avro/a.Added.avsc is missing: run `npm run contracts` and commit it.',
      'contracts/avro/a.Changed.avsc is not what the code declares: run `npm run contracts` and look at what it changes.',
      'contracts/avro/a.Removed.avsc is left over, nothing declares it: run `npm run contracts`.',
    ]);
  });
});
