type Texts = readonly [string, string];

/** A cache of pairs of texts that evicts the least recently used entries beyond a total size. */
export class BoundedCache {
  private readonly characters: number;
  /** The most recently used entry is last. */
  private readonly entries = new Map<string, Texts>();
  private size = 0;

  /** `characters` bounds the length of all keys and texts together. */
  constructor(characters: number) {
    this.characters = characters;
  }

  get(key: string): Texts | undefined {
    const texts = this.entries.get(key);
    if (!texts) return undefined;
    this.entries.delete(key);
    this.entries.set(key, texts);
    return texts;
  }

  set(key: string, texts: Texts): void {
    this.delete(key);
    this.entries.set(key, texts);
    this.size += sizeOf(key, texts);
    for (const oldest of this.entries.keys()) {
      if (this.size <= this.characters) break;
      this.delete(oldest);
    }
  }

  clear(): void {
    this.entries.clear();
    this.size = 0;
  }

  private delete(key: string): void {
    const texts = this.entries.get(key);
    if (!texts) return;
    this.entries.delete(key);
    this.size -= sizeOf(key, texts);
  }
}

const sizeOf = (key: string, texts: Texts): number => key.length + texts[0].length + texts[1].length;
