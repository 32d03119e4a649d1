/** What to do after a server has ended by itself. */
export type AfterCrash =
  | { readonly kind: "again"; readonly crashes: number; readonly seconds: number }
  | { readonly kind: "giveUp"; readonly crashes: number };

/** Crashes within this time count together, in milliseconds. */
const memoryMs = 3 * 60_000;
const mostCrashes = 5;

/**
 * Remembers the crashes of one server: each time it waits twice as long before the next start, and
 * after five within three minutes it gives up. A crash after an hour of service is a first one.
 */
export function createCrashCount(): {
  readonly crashed: (now: number) => AfterCrash;
  readonly forget: () => void;
} {
  let times: number[] = [];
  return {
    crashed: (now) => {
      times = [...times.filter((time) => now - time < memoryMs), now];
      const crashes = times.length;
      if (crashes >= mostCrashes) return { kind: "giveUp", crashes };
      return { kind: "again", crashes, seconds: 2 ** (crashes - 1) };
    },
    forget: () => {
      times = [];
    },
  };
}
