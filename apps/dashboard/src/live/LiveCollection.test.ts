import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LiveCollection, type Batch, type Versioned } from './LiveCollection.js';

interface Thing extends Versioned {
  readonly value: number;
}
const thing = (id: string, version: number, value = version): Thing => ({ id, version, value });
const batch = (given: Partial<Batch<Thing>>): Batch<Thing> => ({ kind: 'DELTA', cursor: 'c', complete: true, objects: [], removedIds: [], ...given });
const snapshot = (objects: Thing[], complete = true, cursor = 'c0'): Batch<Thing> => batch({ kind: 'SNAPSHOT', objects, complete, cursor });
const ids = (collection: LiveCollection<Thing>): string[] => [...collection.objects.keys()].sort();

describe('LiveCollection', () => {
  it('shows the first snapshot as it arrives, and is complete only with its last batch', () => {
    const collection = new LiveCollection<Thing>();
    collection.take(snapshot([thing('a', 1)], false));
    expect(ids(collection)).toEqual(['a']);
    expect([collection.isComplete, collection.cursor]).toEqual([false, null]);
    const taken = collection.take(snapshot([thing('b', 1)], true, 'c7'));
    expect(ids(collection)).toEqual(['a', 'b']);
    expect([collection.isComplete, collection.cursor]).toEqual([true, 'c7']);
    expect(taken.changed.map(({ after }) => after.id)).toEqual(['b']);
  });

  it('is complete and empty after an empty snapshot', () => {
    const collection = new LiveCollection<Thing>();
    collection.take(snapshot([]));
    expect([collection.isComplete, collection.objects.size]).toEqual([true, 0]);
  });

  it('drops a version that is not above the one held', () => {
    const collection = new LiveCollection<Thing>();
    collection.take(snapshot([thing('a', 5)]));
    expect(collection.take(batch({ objects: [thing('a', 4, 99), thing('a', 5, 99)], cursor: 'c1' })).changed).toEqual([]);
    expect(collection.objects.get('a')).toEqual(thing('a', 5));
    expect(collection.cursor).toBe('c1');
  });

  it('tells before and after of what changed, and what was removed', () => {
    const collection = new LiveCollection<Thing>();
    collection.take(snapshot([thing('a', 1), thing('b', 1)]));
    const taken = collection.take(batch({ objects: [thing('a', 2), thing('c', 1)], removedIds: ['b', 'unknown'] }));
    expect(taken.changed).toEqual([
      { before: thing('a', 1), after: thing('a', 2) },
      { before: null, after: thing('c', 1) },
    ]);
    expect(taken.removed).toEqual([thing('b', 1)]);
  });

  it('keeps what it shows until a later snapshot is complete, then drops what that one has not', () => {
    const collection = new LiveCollection<Thing>();
    collection.take(snapshot([thing('a', 1), thing('b', 3)]));
    collection.begin();
    collection.take(snapshot([thing('b', 2), thing('c', 1)], false));
    expect(ids(collection)).toEqual(['a', 'b']);
    const taken = collection.take(snapshot([thing('d', 1)]));
    expect(ids(collection)).toEqual(['b', 'c', 'd']);
    expect(collection.objects.get('b')).toEqual(thing('b', 3));
    expect(taken.removed).toEqual([thing('a', 1)]);
  });

  it('forgets half of a snapshot when the stream begins anew', () => {
    const collection = new LiveCollection<Thing>();
    collection.take(snapshot([thing('a', 1)]));
    collection.begin();
    collection.take(snapshot([thing('x', 1)], false));
    collection.begin();
    collection.take(snapshot([thing('b', 1)]));
    expect(ids(collection)).toEqual(['b']);
  });

  it('takes lower versions after a RESET, and has no cursor until its snapshot is complete', () => {
    const collection = new LiveCollection<Thing>();
    collection.take(snapshot([thing('a', 9), thing('b', 9)]));
    collection.take(batch({ kind: 'RESET', complete: false, cursor: 'c9' }));
    expect([collection.cursor, ids(collection)]).toEqual([null, ['a', 'b']]);
    const taken = collection.take(snapshot([thing('a', 2)], true, 'n1'));
    expect(collection.objects.get('a')).toEqual(thing('a', 2));
    expect(taken.removed).toEqual([thing('b', 9)]);
    expect(collection.cursor).toBe('n1');
  });

  it('takes an object that looks otherwise under the same version, where it is told that such come; never an older one', () => {
    const [strict, lenient] = [new LiveCollection<Thing>(), new LiveCollection<Thing>(true)];
    for (const collection of [strict, lenient]) {
      collection.take(snapshot([thing('a', 3)]));
      collection.take(batch({ objects: [thing('a', 3, 99)] }));
      collection.take(batch({ objects: [thing('a', 2, 50)] }));
    }
    expect([strict.objects.get('a')?.value, lenient.objects.get('a')?.value]).toEqual([3, 99]);
    lenient.take(snapshot([thing('a', 3, 7)]));
    expect(lenient.objects.get('a')?.value).toBe(7);
  });

  it('ends with the same objects however a snapshot is cut and deltas repeat or overtake each other', () => {
    const versions = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), version: fc.integer({ min: 1, max: 20 }) }), { maxLength: 30 });
    fc.assert(
      fc.property(versions, fc.integer({ min: 1, max: 5 }), (seen, cut) => {
        const things = seen.map(({ id, version }) => thing(id, version));
        const collection = new LiveCollection<Thing>();
        collection.take(snapshot(things.slice(0, cut), false));
        collection.take(snapshot([]));
        for (const one of [...things.slice(cut), ...things.slice(cut).toReversed()]) collection.take(batch({ objects: [one] }));
        const newest = new Map<string, number>();
        for (const { id, version } of seen) newest.set(id, Math.max(version, newest.get(id) ?? 0));
        expect(new Map([...collection.objects].map(([id, { version }]) => [id, version]))).toEqual(newest);
      }),
    );
  });
});
