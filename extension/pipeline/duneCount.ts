import { open, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Where dune writes down the commands it runs, and how each begins there: `_build/trace.csexp`
 * (dune 3.21 and later, one canonical S-expression an event) or `_build/log` (before, a line an
 * event). On a pipe this is all dune tells of its progress.
 */
const journals = [
  { path: join("_build", "trace.csexp"), mark: "(7:process" },
  { path: join("_build", "log"), mark: "\n$ " },
] as const;

export interface DuneCount {
  /** Reads what was written since the last time; gives the number of commands so far. */
  readonly read: () => Promise<number>;
}

/** Counts the commands that dune runs in `root` from now on. A journal that can't be read counts nothing. */
export function duneCount(root: string, startedAt: number): DuneCount {
  let count = 0;
  let offset = 0;
  let tail = "";
  let journal: (typeof journals)[number] | undefined;

  const find = async () => {
    for (const each of journals) {
      const found = await stat(join(root, each.path)).catch(() => undefined);
      if (found && found.mtimeMs >= startedAt) return each;
    }
    return undefined;
  };

  const readOn = async () => {
    journal ??= await find();
    if (!journal) return count;
    const file = await open(join(root, journal.path));
    try {
      const { size } = await file.stat();
      // Another dune began a journal of its own in its place.
      if (size < offset) offset = 0;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      offset += bytesRead;
      const text = tail + buffer.toString("latin1", 0, bytesRead);
      count += text.split(journal.mark).length - 1;
      const counted = text.lastIndexOf(journal.mark);
      const rest = counted < 0 ? text : text.slice(counted + journal.mark.length);
      // A mark cut between two readings is whole in the next.
      tail = rest.slice(Math.max(0, rest.length - journal.mark.length + 1));
    } finally {
      await file.close();
    }
    return count;
  };

  return { read: () => readOn().catch(() => count) };
}
