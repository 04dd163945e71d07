import { afterEach, beforeEach, describe } from '@jest/globals';
import { itGathersBatches } from './contract/batches.contract.ts';
import { itDecidesCommands } from './contract/commands.contract.ts';
import { ContractStage } from './contract/contract-stage.ts';
import type { LogHarness } from './contract/contract-stage.ts';
import { itOwnsPartitions } from './contract/ownership.contract.ts';

export { catalogueIn, command } from './contract/contract-stage.ts';

/** The behaviour of the event store on any log that keeps the port's promises. */
export function describeEventStore(name: string, harness: LogHarness): void {
  describe(`event store on ${name}`, () => {
    const stage = new ContractStage(harness);
    beforeEach(() => stage.begin());
    afterEach(() => stage.end());

    itDecidesCommands(stage);
    itGathersBatches(stage);
    itOwnsPartitions(stage);
  });
}
