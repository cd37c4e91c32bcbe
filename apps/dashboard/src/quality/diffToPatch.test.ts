import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffToPatch, type PatchStep } from './diffToPatch.js';

type Holder = Record<string, unknown>;

/** RFC 6902, written apart from what is tested: add, replace and remove. */
function apply(document: unknown, steps: readonly PatchStep[]): unknown {
  const root: Holder = { '': structuredClone(document) };
  for (const step of steps) {
    const names = step.path.split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    const parent = names.slice(0, -1).reduce<Holder>((holder, name) => holder[name] as Holder, root);
    const last = names.at(-1) ?? '';
    if (Array.isArray(parent)) applyToList(parent, last, step);
    else if (step.op === 'remove') Reflect.deleteProperty(parent, last);
    else parent[last] = step.value;
  }
  return root[''];
}

function applyToList(list: unknown[], place: string, step: PatchStep): void {
  const index = place === '-' ? list.length : Number(place);
  if (step.op === 'remove') list.splice(index, 1);
  else list.splice(index, step.op === 'add' ? 0 : 1, step.value);
}

const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
  .filter((value) => !JSON.stringify(value).includes('__proto__'));

describe('the patch between two texts', () => {
  it('makes the second of the first', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        expect(apply(before, diffToPatch(before, after))).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  it('is empty for equals, and says only what differs', () => {
    const event = { id: 'e', data: { location: 'DC-1', lines: [{ sku: 'a', quantity: 1 }] } };
    expect(diffToPatch(event, structuredClone(event))).toEqual([]);
    expect(diffToPatch(event, { id: 'e', data: { location: 'DC-1', lines: [{ sku: 'a', quantity: 2 }] } })).toEqual([
      { op: 'replace', path: '/data/lines/0/quantity', value: 2 },
    ]);
  });
});
