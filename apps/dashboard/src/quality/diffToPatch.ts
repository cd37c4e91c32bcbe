/** One step of an RFC 6902 JSON Patch, of the three kinds that say any change. */
export type PatchStep = { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown } | { readonly op: 'remove'; readonly path: string };

/** The patch that makes `after` of `before`. Lists are compared place by place: what was put in the middle is told as changes of all that follows. */
export function diffToPatch(before: unknown, after: unknown, path = ''): PatchStep[] {
  if (isRecord(before) && isRecord(after)) return diffRecords(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  return Object.is(before, after) ? [] : [{ op: 'replace', path, value: after }];
}

function diffRecords(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, path: string): PatchStep[] {
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return [
    ...removed.map((name): PatchStep => ({ op: 'remove', path: `${path}/${escaped(name)}` })),
    ...Object.entries(after).flatMap(([name, value]): PatchStep[] => {
      const at = `${path}/${escaped(name)}`;
      return Object.hasOwn(before, name) ? diffToPatch(before[name], value, at) : [{ op: 'add', path: at, value }];
    }),
  ];
}

function diffLists(before: readonly unknown[], after: readonly unknown[], path: string): PatchStep[] {
  const shared = Math.min(before.length, after.length);
  return [
    ...before.slice(0, shared).flatMap((value, index) => diffToPatch(value, after[index], `${path}/${index}`)),
    // From the end, so that what is left keeps its place.
    ...before.slice(shared).map((_value, index): PatchStep => ({ op: 'remove', path: `${path}/${before.length - 1 - index}` })),
    ...after.slice(shared).map((value): PatchStep => ({ op: 'add', path: `${path}/-`, value })),
  ];
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
