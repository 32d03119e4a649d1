/** A call that waits until nothing has asked for it for a while. */
export interface Settled {
  /** Asks for the call; asking again before it is made puts it off. */
  readonly ask: () => void;
  /** Takes back what was asked for. */
  readonly dispose: () => void;
}

/** Makes `act` one call for each burst of asking, `delay` milliseconds after the last. */
export function settled(act: () => void, delay: number): Settled {
  let timer: NodeJS.Timeout | undefined;
  const dispose = (): void => clearTimeout(timer);
  return {
    ask: () => {
      dispose();
      timer = setTimeout(act, delay);
    },
    dispose,
  };
}
