import type { ServerProgram } from "./chooseServer.ts";

/** A cache of the ocamllsp of each unikernel. */
export interface ServerCache<P extends { readonly id: string }> {
  /** Resolves at the latest when the first time limit has expired. Rejects if `find` does, which is not cached. */
  readonly of: (project: P) => Promise<ServerProgram>;
  /** Empties the cache. */
  readonly clear: () => void;
  /** Cancels the programs that have not answered yet. */
  readonly dispose: () => void;
}

/**
 * Looks for servers with `find`, which gets a time limit in milliseconds. If a server does not report its
 * version in time, `find` is called again in the background with the next limit; `onAnswer` is called
 * after each of these calls.
 */
export function createServerCache<P extends { readonly id: string }>(
  find: (project: P, limitMs: number, signal: AbortSignal) => Promise<ServerProgram>,
  onAnswer: () => void,
  [firstMs, ...moreMs]: readonly [number, ...number[]] = [10_000, 30_000, 60_000],
): ServerCache<P> {
  const programs = new Map<string, Promise<ServerProgram>>();
  const disposal = new AbortController();
  const { signal } = disposal;

  const retry = async (project: P, first: Promise<ServerProgram>): Promise<void> => {
    let latest = first;
    for (const limitMs of moreMs) {
      if ((await latest).kind !== "late" || signal.aborted) return;
      const program = await find(project, limitMs, signal);
      // The cache was cleared meanwhile.
      if (signal.aborted || programs.get(project.id) !== latest) return;
      latest = Promise.resolve(program);
      programs.set(project.id, latest);
      onAnswer();
    }
  };

  return {
    of: (project) => {
      const cached = programs.get(project.id);
      if (cached) return cached;
      const first = find(project, firstMs, signal);
      programs.set(project.id, first);
      // The callers that await `first` get its error, and the next caller looks again.
      retry(project, first).catch(() => {
        if (programs.get(project.id) === first) programs.delete(project.id);
      });
      return first;
    },
    clear: () => programs.clear(),
    dispose: () => disposal.abort(),
  };
}
