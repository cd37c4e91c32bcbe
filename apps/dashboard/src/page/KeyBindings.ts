/** What a shortcut does, in words for the help sheet. */
export interface Binding {
  readonly label: string;
  readonly run: () => void;
}

/** Shortcuts by their keys as KeyboardEvent names them; two keys one after the other with a space between them: `g n`. */
export type Bindings = Readonly<Record<string, Binding>>;

/** Somebody who has pressed `g` and then thinks for longer than this starts over. */
const SECOND_KEY_WITHIN_MS = 1_200;

/** The shortcuts that hold now: each mounted part of the page adds its own, and what was added last wins. */
export class KeyBindings {
  private readonly added: Bindings[] = [];
  private first: { readonly key: string; readonly atMs: number } | null = null;

  /** Returns what takes them away. */
  add(bindings: Bindings): () => void {
    this.added.push(bindings);
    return () => {
      this.added.splice(this.added.indexOf(bindings), 1);
    };
  }

  get all(): readonly (readonly [string, Binding])[] {
    const byKeys = new Map<string, Binding>();
    for (const bindings of this.added) for (const [keys, binding] of Object.entries(bindings)) byKeys.set(keys, binding);
    return [...byKeys];
  }

  /** Runs what the key completes; true when it was ours. */
  press(key: string, atMs: number): boolean {
    const first = this.first !== null && atMs - this.first.atMs <= SECOND_KEY_WITHIN_MS ? this.first.key : null;
    this.first = null;
    const binding = (first === null ? undefined : this.find(`${first} ${key}`)) ?? this.find(key);
    if (binding !== undefined) {
      binding.run();
      return true;
    }
    if (!this.all.some(([keys]) => keys.startsWith(`${key} `))) return false;
    this.first = { key, atMs };
    return true;
  }

  private find(keys: string): Binding | undefined {
    return this.added.findLast((bindings) => Object.hasOwn(bindings, keys))?.[keys];
  }
}
