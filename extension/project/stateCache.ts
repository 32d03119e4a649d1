import type { ProjectState, Unikernel } from "./model.ts";

/** The last known states of unikernels, by id. */
export interface StateCache<U extends Unikernel> {
  readonly get: (id: string) => ProjectState | undefined;
  /**
   * Reads a state again. Reads may overlap: the result of a read never replaces that of a read that started later.
   * If the read fails, the unikernel has no state.
   */
  readonly refresh: (unikernel: U) => Promise<void>;
  /** Removes a state. Reads that are still running are discarded. */
  readonly remove: (id: string) => void;
}

/** `read` rejects if the state cannot be read, and `onError` receives the reason. */
export function createStateCache<U extends Unikernel>(
  read: (unikernel: U) => Promise<ProjectState>,
  onError: (unikernel: U, error: unknown) => void,
): StateCache<U> {
  const states = new Map<string, ProjectState>();
  /** For each id, the number of the read whose result was stored last. Reads are numbered as they start. */
  const stored = new Map<string, number>();
  let reads = 0;

  const store = (id: string, number: number, state: ProjectState | undefined) => {
    if ((stored.get(id) ?? 0) > number) return;
    stored.set(id, number);
    if (state) states.set(id, state);
    else states.delete(id);
  };

  return {
    get: (id) => states.get(id),
    refresh: async (unikernel) => {
      const number = ++reads;
      const state = await read(unikernel).catch((error: unknown) => {
        onError(unikernel, error);
        return undefined;
      });
      store(unikernel.id, number, state);
    },
    remove: (id) => store(id, ++reads, undefined),
  };
}
