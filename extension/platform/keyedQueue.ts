/**
 * Runs the jobs of one key one after another, in the order in which they were added, and the jobs of different keys in
 * parallel. The next job also runs after one that failed.
 */
export interface KeyedQueue {
  /** Settles with the result of `job`. If the signal is aborted before the job starts, rejects with its reason at once. */
  readonly run: <T>(key: string, job: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
  /** The number of running and queued jobs of this key. */
  readonly length: (key: string) => number;
}

export function createKeyedQueue(): KeyedQueue {
  const queues = new Map<string, { last: Promise<void>; length: number }>();

  const run = <T>(key: string, job: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const queue = queues.get(key) ?? { last: Promise.resolve(), length: 0 };
    queues.set(key, queue);
    queue.length++;
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      queue.last = queue.last.then(async () => {
        signal?.removeEventListener("abort", onAbort);
        try {
          signal?.throwIfAborted();
          resolve(await job());
        } catch (error) {
          reject(error);
        } finally {
          queue.length--;
          if (queue.length === 0) queues.delete(key);
        }
      });
    });
  };

  return { run, length: (key) => queues.get(key)?.length ?? 0 };
}
