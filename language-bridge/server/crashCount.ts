/** What to do after a server has exited unexpectedly. */
export type AfterCrash =
  | { readonly kind: "restart"; readonly crashes: number; readonly seconds: number }
  | { readonly kind: "giveUp"; readonly crashes: number };

/** Older crashes no longer count, in milliseconds. */
const windowMs = 3 * 60_000;
const maxCrashes = 5;

/**
 * Counts the crashes of one server. The delay before a restart doubles with each crash; the fifth crash
 * within three minutes is the last. `crashed` takes the current time in milliseconds.
 */
export function createCrashCount(): {
  readonly crashed: (now: number) => AfterCrash;
  readonly reset: () => void;
} {
  let times: number[] = [];
  return {
    crashed: (now) => {
      times = [...times.filter((time) => now - time < windowMs), now];
      const crashes = times.length;
      if (crashes >= maxCrashes) return { kind: "giveUp", crashes };
      return { kind: "restart", crashes, seconds: 2 ** (crashes - 1) };
    },
    reset: () => {
      times = [];
    },
  };
}
