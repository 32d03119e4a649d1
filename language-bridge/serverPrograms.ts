import type { ServerProgram } from "./select.ts";

/** The ocamllsp of each unikernel, looked for once and then cached. */
export interface ServerPrograms<P extends { readonly id: string }> {
  /** Resolves at the latest when the first time limit has passed. */
  readonly of: (project: P) => Promise<ServerProgram>;
  /** Looks for each again at the next question. */
  readonly clear: () => void;
  /** Ends what still waits for an answer. */
  readonly dispose: () => void;
}

/**
 * Looks for servers with `find`, which gets a time limit in milliseconds. A server whose version did not
 * come in time is asked again, with the next limit and without keeping anybody waiting; `onAnswer` is
 * called when the answer has come or the last limit has passed.
 */
export function createServerPrograms<P extends { readonly id: string }>(
  find: (project: P, limitMs: number, signal: AbortSignal) => Promise<ServerProgram>,
  onAnswer: () => void,
  [firstMs, ...moreMs]: readonly [number, ...number[]] = [10_000, 30_000, 60_000],
): ServerPrograms<P> {
  const programs = new Map<string, Promise<ServerProgram>>();
  const disposal = new AbortController();
  const { signal } = disposal;

  const askAgain = async (project: P, first: Promise<ServerProgram>): Promise<void> => {
    let latest = first;
    for (const limitMs of moreMs) {
      if ((await latest).kind !== "late" || signal.aborted) return;
      const program = await find(project, limitMs, signal);
      // Somebody has cleared what was found meanwhile.
      if (signal.aborted || programs.get(project.id) !== latest) return;
      latest = Promise.resolve(program);
      programs.set(project.id, latest);
      onAnswer();
    }
  };

  return {
    of: (project) => {
      const known = programs.get(project.id);
      if (known) return known;
      const first = find(project, firstMs, signal);
      programs.set(project.id, first);
      // Why it can't be found is reported to those who wait for `first`.
      askAgain(project, first).catch(() => undefined);
      return first;
    },
    clear: () => programs.clear(),
    dispose: () => disposal.abort(),
  };
}
