import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { CommandQueue } from './command-queue.ts';
import { PendingCommand } from './pending-command.ts';

let queue: CommandQueue<string>;
let woken: boolean;

beforeEach(() => {
  queue = new CommandQueue(100);
  woken = false;
});

const wait = () => void queue.urgent().then(() => (woken = true));

function pending(command: string, more: { canWait?: true; deadline?: number } = {}): PendingCommand<string> {
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
