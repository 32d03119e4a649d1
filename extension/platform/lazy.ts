/** A value that is created on first use, and disposed of only if it was created. */
export interface Lazy<T> {
  readonly get: () => Promise<T>;
  readonly dispose: () => void;
}

/** Calls `create` at the first `get`. All calls of `get` return the same promise. */
export function lazy<T extends { dispose: () => unknown }>(create: () => Promise<T>): Lazy<T> {
  let created: Promise<T> | undefined;
  return {
    get: () => (created ??= create()),
    dispose: () => {
      void created?.then((value) => value.dispose());
    },
  };
}
