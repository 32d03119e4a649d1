/** Something that is made when it is first asked for, and disposed of only if it was made. */
export interface Lazy<T> {
  readonly get: () => Promise<T>;
  readonly dispose: () => void;
}

/** Calls `make` at the first `get`; all get the same. */
export function lazy<T extends { dispose: () => unknown }>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  return {
    get: () => (made ??= make()),
    dispose: () => {
      void made?.then((each) => each.dispose());
    },
  };
}
