/** A clock that differs more than this from the host's when a record arrives is not the time of day. */
const toleranceMs = 5000;
/** A difference that changes by more than this: the unikernel's clock was set, or its computer slept. */
const stepMs = 30_000;
const second = 1000;

/**
 * Creates a function that returns the time to show for each record of a console, in order of arrival. All
 * times are milliseconds since the epoch. Records state times of the unikernel's clock, the others have their
 * arrival by the host's clock. A clock that is not the time of day, such as one that starts at boot, is
 * mapped to the host's by the arrival of its first record. The shown times do not run backwards where the
 * two clocks meet. Records that state no time are shown in whole seconds, as mirage-logs prints them, unless
 * the unikernel states fractions: the banner of Solo5 would otherwise seem to be later than the first message.
 */
export function createRecordClock(): (loggedAt: number | undefined, receivedAt: number) => number {
  /** What is added to stated times; `undefined` before the first one. */
  let offset: number | undefined;
  let isWholeSeconds = true;
  let last = -Infinity;
  let lastArrival = -Infinity;
  return (loggedAt, receivedAt) => {
    if (loggedAt === undefined) {
      const arrival = isWholeSeconds ? wholeSeconds(receivedAt) : receivedAt;
      last = lastArrival = Math.max(arrival, last);
      return last;
    }
    if (offset === undefined || Math.abs(receivedAt - loggedAt - offset) > stepMs) {
      const difference = receivedAt - loggedAt;
      offset = Math.abs(difference) <= toleranceMs ? 0 : wholeSeconds(difference);
    }
    isWholeSeconds = loggedAt % second === 0;
    const stated = loggedAt + offset;
    last = Math.max(stated, isWholeSeconds ? wholeSeconds(lastArrival) : lastArrival);
    return last;
  };
}

const wholeSeconds = (milliseconds: number): number => Math.floor(milliseconds / second) * second;
