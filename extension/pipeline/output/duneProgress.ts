import { open, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * The files to which dune logs the commands it runs, and the text before each command: `_build/trace.csexp` from dune
 * 3.21, with one canonical S-expression per event, or `_build/log` before, with one line per event. dune does not print
 * its progress to a pipe.
 */
const journals = [
  { path: join("_build", "trace.csexp"), mark: "(7:process" },
  { path: join("_build", "log"), mark: "\n$ " },
] as const;

export interface DuneProgress {
  /** Reads what was appended since the last call. Resolves to the number of commands so far. */
  readonly read: () => Promise<number>;
}

/**
 * Counts the commands that dune runs in `root` after `startedAt` (milliseconds). A journal that can't be read counts as
 * empty.
 */
export function readDuneProgress(root: string, startedAt: number): DuneProgress {
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

  const readAppended = async () => {
    journal ??= await find();
    if (!journal) return count;
    const file = await open(join(root, journal.path));
    try {
      const { size } = await file.stat();
      // Another dune replaced the journal.
      if (size < offset) offset = 0;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      offset += bytesRead;
      const text = tail + buffer.toString("latin1", 0, bytesRead);
      count += text.split(journal.mark).length - 1;
      const counted = text.lastIndexOf(journal.mark);
      const rest = counted < 0 ? text : text.slice(counted + journal.mark.length);
      // Complete a mark that was cut between two reads.
      tail = rest.slice(Math.max(0, rest.length - journal.mark.length + 1));
    } finally {
      await file.close();
    }
    return count;
  };

  return { read: () => readAppended().catch(() => count) };
}
