import { Api } from '#mechanisms/kafka/testing/fault-proxy/index';
import type { ApiName, FaultRule } from '#mechanisms/kafka/testing/fault-proxy/index';

class BadRule extends Error {
  override readonly name = 'BadRule';

  constructor(text: string, reason: string) {
    super(`"${text}": ${reason}. Example: "EndTxn reply nth=3 reset", "Fetch reply probability=0.1 delay=500".`);
  }
}

const isApi = (word: string | undefined): word is ApiName => word !== undefined && word in Api;

/** Reads `<api> request|reply [nth=N] [times=N] [probability=P] drop|reset|delay=MS`. @throws BadRule */
export function parseRule(text: string): FaultRule {
  const [api, direction, ...words] = text.trim().split(/\s+/);
  if (!isApi(api)) throw new BadRule(text, `the first word must be one of ${Object.keys(Api).join(', ')}`);
  if (direction !== 'request' && direction !== 'reply') throw new BadRule(text, 'the second must be request or reply');
  const numbers = new Map<string, number>();
  let fate: FaultRule['fate'] | undefined;
  for (const word of words) {
    const [name = '', value] = word.split('=', 2);
    const number = Number(value);
    if (value === undefined && (name === 'drop' || name === 'reset')) fate = name;
    else if (!(number >= 0) || value === '') throw new BadRule(text, `"${word}" is not understood`);
    else if (name === 'delay') fate = { delayMs: number };
    else if (name === 'nth' || name === 'times' || name === 'probability') numbers.set(name, number);
    else throw new BadRule(text, `"${word}" is not understood`);
  }
  if (fate === undefined) throw new BadRule(text, 'it must say drop, reset or delay=<milliseconds>');
  return { api, direction, ...Object.fromEntries(numbers), fate };
}
