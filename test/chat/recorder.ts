/** Finds out which entries of a catalogue of sentences are used, by putting itself between it and whoever uses it. */
export type Recorder = {
  /** `chat.ts: modals.approve`: entries that nobody asked for since, and whose text stands in none of `texts`. */
  unused(texts: readonly string[]): string[];
};

type Entries = Record<string, unknown>;

/** Watches the sentences of a module; those that were taken out of it before are not seen. */
export function record(module: string, sentences: object): Recorder {
  const fixed = new Map<string, string>();
  const unseen = new Set<string>();
  watch(sentences as Entries, '');
  return {
    unused: (texts) =>
      [...unseen]
        .filter((path) => !texts.some((text) => text.includes(fixed.get(path) ?? '\0')))
        .map((path) => `${module}: ${path}`),
  };

  function watch(entries: Entries, above: string): void {
    for (const [key, value] of Object.entries(entries)) {
      const path = `${above}${key}`;
      if (typeof value === 'object' && value !== null) {
        watch(value as Entries, `${path}.`);
        continue;
      }
      unseen.add(path);
      if (typeof value === 'string') fixed.set(path, value);
      const take = () => {
        unseen.delete(path);
        return value;
      };
      Object.defineProperty(entries, key, { get: take, enumerable: true, configurable: true });
    }
  }
}
