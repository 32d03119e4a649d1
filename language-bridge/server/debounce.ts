/** A call that is made once no further call has been scheduled for a while. */
export interface Debounced {
  /** Schedules the call; scheduling again before it is made postpones it. */
  readonly schedule: () => void;
  /** Cancels the scheduled call. */
  readonly dispose: () => void;
}

/** Calls `act` once for each burst of `schedule`, `delay` milliseconds after the last. */
export function debounced(act: () => void, delay: number): Debounced {
  let timer: NodeJS.Timeout | undefined;
  const dispose = (): void => clearTimeout(timer);
  return {
    schedule: () => {
      dispose();
      timer = setTimeout(act, delay);
    },
    dispose,
  };
}
