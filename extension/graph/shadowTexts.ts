/** Texts kept by a key, those used last as long as all together stay within a bound. */
export interface BoundedTexts {
  readonly get: (key: string) => readonly [string, string] | undefined;
  readonly set: (key: string, texts: readonly [string, string]) => void;
  readonly clear: () => void;
}

/** `characters` bounds keys and texts together. */
export function boundedTexts(characters: number): BoundedTexts {
  const entries = new Map<string, readonly [string, string]>();
  let size = 0;
  const sizeOf = (key: string, texts: readonly [string, string]) =>
    key.length + texts[0].length + texts[1].length;
  const remove = (key: string) => {
    const texts = entries.get(key);
    if (!texts) return;
    entries.delete(key);
    size -= sizeOf(key, texts);
  };
  return {
    get: (key) => {
      const texts = entries.get(key);
      if (!texts) return undefined;
      entries.delete(key);
      entries.set(key, texts);
      return texts;
    },
    set: (key, texts) => {
      remove(key);
      entries.set(key, texts);
      size += sizeOf(key, texts);
      for (const oldest of entries.keys()) {
        if (size <= characters) break;
        remove(oldest);
      }
    },
    clear: () => {
      entries.clear();
      size = 0;
    },
  };
}
