/** Accepts a bounded number of messages in each second, and counts the others. */
export interface RateLimit {
  readonly accepts: () => boolean;
  /** The number of messages that were not accepted since the last call. */
  readonly takeDropped: () => number;
}

/** `now` returns milliseconds. */
export function createRateLimit(perSecond: number, now: () => number): RateLimit {
  let second = -1;
  let count = 0;
  let dropped = 0;
  return {
    accepts: () => {
      const current = Math.floor(now() / 1000);
      if (current !== second) count = 0;
      second = current;
      count += 1;
      if (count > perSecond) dropped += 1;
      return count <= perSecond;
    },
    takeDropped: () => {
      const taken = dropped;
      dropped = 0;
      return taken;
    },
  };
}
