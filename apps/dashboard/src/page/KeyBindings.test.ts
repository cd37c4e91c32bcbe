import { describe, expect, it } from '@jest/globals';
import { KeyBindings } from './KeyBindings.js';

function keyboard() {
  const ran: string[] = [];
  const keys = new KeyBindings();
  const bind = (...names: string[]) => keys.add(Object.fromEntries(names.map((name) => [name, { label: name, run: () => ran.push(name) }])));
  return { keys, ran, bind };
}

describe('KeyBindings', () => {
  it('runs a key at once, and two keys only one after the other', () => {
    const { keys, ran, bind } = keyboard();
    bind('p', 'g n', 'g s');
    expect([keys.press('p', 0), keys.press('g', 10), keys.press('s', 20)]).toEqual([true, true, true]);
    expect(ran).toEqual(['p', 'g s']);
  });

  it('forgets the first key when the second comes too late or is another', () => {
    const { keys, ran, bind } = keyboard();
    bind('g n', 'n');
    keys.press('g', 0);
    keys.press('n', 5_000);
    expect(ran).toEqual(['n']);
    keys.press('g', 6_000);
    expect(keys.press('x', 6_100)).toBe(false);
    keys.press('n', 6_200);
    expect(ran).toEqual(['n', 'n']);
  });

  it('lets the part of the page that was mounted last win, and gives the key back when it goes', () => {
    const ran: string[] = [];
    const keys = new KeyBindings();
    keys.add({ e: { label: 'first', run: () => ran.push('first') } });
    const end = keys.add({ e: { label: 'second', run: () => ran.push('second') } });
    keys.press('e', 0);
    expect(keys.all.map(([, { label }]) => label)).toEqual(['second']);
    end();
    keys.press('e', 1);
    expect(ran).toEqual(['second', 'first']);
    expect(keys.press('y', 2)).toBe(false);
  });
});
