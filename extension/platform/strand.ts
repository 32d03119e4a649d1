/**
 * Runs the jobs of one key strictly one after another, in the order they were asked for, and the
 * jobs of different keys in parallel. A job that fails does not stop the next.
 */
export interface Strand {
  /** Settles as `job` does. Rejects at once with the signal's reason when aborted while waiting. */
  readonly run: <T>(key: string, job: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
  /** How many jobs of this key run or wait. */
  readonly length: (key: string) => number;
}

export function createStrand(): Strand {
  const queues = new Map<string, { last: Promise<void>; length: number }>();

  const run = <T>(key: string, job: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const queue = queues.get(key) ?? { last: Promise.resolve(), length: 0 };
    queues.set(key, queue);
    queue.length++;
    return new Promise<T>((resolve, reject) => {
      const giveUp = () => reject(signal?.reason);
      signal?.addEventListener("abort", giveUp, { once: true });
      queue.last = queue.last.then(async () => {
        signal?.removeEventListener("abort", giveUp);
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
