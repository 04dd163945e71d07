import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { CommandQueue } from './command-queue.ts';
import { PendingCommand } from './pending-command.ts';

let queue: CommandQueue<string>;
let woken: boolean;

beforeEach(() => {
  queue = new CommandQueue(5, 3);
  woken = false;
});

const wait = () => void queue.urgent().then(() => (woken = true));

function pending(
  command: string,
  more: { canWait?: true; deadline?: number; entityId?: string } = {},
): PendingCommand<string> {
  const { deadline, ...envelope } = more;
  const ids = { commandId: command, causationId: command, correlationId: command, actor: 'test', traceparent: null };
  const task = new PendingCommand<string>({
    envelope: { entityId: 'e', command, ...ids, ...envelope },
    ...(deadline !== undefined && { deadline }),
  });
  task.receipt.catch(() => undefined);
  return task;
}

const taken = () => queue.takeAll().map(({ envelope }) => envelope?.command);

test('a command wakes the owner', async () => {
  wait();
  queue.push(pending('a'));
  await nextTurn();
  expect(woken).toBe(true);
});

test('one that can wait does not, and comes along with the next, in order of arrival', async () => {
  wait();
  queue.push(pending('a', { canWait: true }));
  await nextTurn();
  expect(woken).toBe(false);
  queue.push(pending('b'));
  await nextTurn();
  expect(woken).toBe(true);
  expect(taken()).toEqual(['a', 'b']);
});

test('one that can wait is taken up when nothing waits any longer', async () => {
  queue.push(pending('a', { canWait: true }));
  wait();
  await nextTurn();
  expect(woken).toBe(false);
  queue.hurry();
  await nextTurn();
  expect(woken).toBe(true);
});

test('the hurry ends with what was taken', async () => {
  queue.push(pending('a'));
  queue.takeAll();
  queue.push(pending('b', { canWait: true }));
  wait();
  await nextTurn();
  expect(woken).toBe(false);
});

test('a command that was given up keeps the owner awake no longer', async () => {
  queue.push(pending('a', { deadline: 1 }));
  queue.expire(2);
  wait();
  await nextTurn();
  expect(woken).toBe(false);
});

test('a full queue refuses', () => {
  for (const entityId of 'abcde') queue.push(pending('x', { entityId }));
  expect(() => queue.push(pending('x', { entityId: 'f' }))).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
});

test('an entity that is asked too much is refused, and no other', () => {
  for (const command of 'abc') queue.push(pending(command));
  expect(() => queue.push(pending('d'))).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  queue.push(pending('other', { entityId: 'f' }));
  expect(taken()).toEqual(['a', 'b', 'c', 'other']);
});

test('the share of an entity is free again when its commands were taken, and is not when they are put back', () => {
  const first = ['a', 'b', 'c'].map((command) => pending(command));
  for (const one of first) queue.push(one);
  queue.takeAll();
  queue.push(pending('d'));
  queue.putBack(first);
  expect(() => queue.push(pending('e'))).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  expect(taken()).toEqual(['a', 'b', 'c', 'd']);
});
