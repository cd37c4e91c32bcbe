/**
 * A small seeded generator (mulberry32): the same seed tells the same story, on every machine.
 * @returns {{ unit: () => number, integer: (least: number, most: number) => number, pick: (list: readonly any[]) => any }}
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (least, most) => least + Math.floor(unit() * (most - least + 1));
  return { unit, integer, pick: (list) => list[integer(0, list.length - 1)] };
}
