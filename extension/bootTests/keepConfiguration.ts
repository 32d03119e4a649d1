/** With what a unikernel is configured: the arguments of `mirage configure`. */
interface Configured {
  readonly target: string;
  readonly options: readonly string[];
}

/**
 * Does work that may configure a unikernel for another target or with other options, and configures it as before
 * afterwards, also if the work was cancelled or failed. `read` returns how it is configured, `undefined` if it is not. The
 * image is not built again, because the next boot does that.
 */
export async function keepConfiguration<T>(
  read: () => Promise<Configured | undefined>,
  configure: (before: Configured) => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const before = await read();
  try {
    return await work();
  } finally {
    const after = await read();
    if (before && after && !isSame(before, after)) await configure(before);
  }
}

const isSame = (a: Configured, b: Configured): boolean =>
  a.target === b.target && a.options.join("\0") === b.options.join("\0");
