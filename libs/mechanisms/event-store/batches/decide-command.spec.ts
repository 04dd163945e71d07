import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { DomainError } from '#mechanisms/event-sourcing/index';
import { tallyModel } from '#mechanisms/testing/tally';
import type { TallyState } from '#mechanisms/testing/tally';
import { decideCommand } from './decide-command.ts';

const tallyId = randomUUID();
const full: TallyState = { tallyId, limit: 1, count: 1 };
const origin = { commandId: 'c', causationId: 'c', correlationId: 'c', actor: 'anonymous', traceparent: null };

/** What becomes of a command that expects a version, on an entity of three facts. */
function refusal(state: TallyState, expectedVersion: number | 'any') {
  const entity = { state, version: 3, clientKeys: [] };
  const envelope = { ...origin, entityId: tallyId, command: { type: 'Count' as const }, expectedVersion };
  const verdict = decideCommand(tallyModel('tally'), entity, envelope, 1);
  return verdict.kind === 'refused' ? (verdict.error as DomainError).code : verdict.kind;
}

test.each([2, 3, 4, 'any'] as const)('an entity that does not exist has no version, not even %s', (expectedVersion) => {
  expect(refusal(undefined, expectedVersion)).toBe('TALLY_NOT_FOUND');
});

test('the version is looked at before the other rules', () => {
  expect(refusal(full, 2)).toBe('VERSION_MISMATCH');
  expect(refusal(full, 3)).toBe('TALLY_FULL');
});
