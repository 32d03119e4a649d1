/** The part of an axis that is shown, with the values at which it has a label. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/**
 * Chooses round labels for values from `low` to `high`, about `count` of them. The scale begins and ends at a label. It
 * begins at 0 if the values are not negative and lie closer to 0 than to each other.
 */
export function valueScale(low: number, high: number, count: number): Scale {
  const spread = high - low;
  const from = low > 0 && low <= spread ? 0 : low;
  // Values that are all the same lie in the middle.
  const margin = spread === 0 ? Math.abs(low) / 2 || 1 : 0;
  const step = roundStep((high - from + 2 * margin) / count);
  const first = Math.floor((from - margin) / step);
  const last = Math.ceil((high + margin) / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => exact((first + index) * step));
  return { low: ticks[0] ?? from, high: ticks.at(-1) ?? high, ticks };
}

/** 1, 2 or 5 times a power of ten, and at least `size`. */
function roundStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 5].find((factor) => factor * power >= size * (1 - 1e-9)) ?? 10) * power;
}

/** Without the error of a multiplication such as 3 × 0.1. */
const exact = (value: number): number => Number(value.toPrecision(12));

const second = 1000;
const minute = 60 * second;
const timeSteps = [1, 2, 5, 10, 15, 30].flatMap((each) => [each * second, each * minute]);

/** Chooses full seconds or minutes from `low` to `high`, both in milliseconds since the epoch, at most `count` of them. */
export function timeTicks(low: number, high: number, count: number): readonly number[] {
  const sorted = timeSteps.toSorted((a, b) => a - b);
  const hours = Math.ceil((high - low) / count / (60 * minute));
  const step = sorted.find((each) => (high - low) / each < count) ?? Math.max(1, hours) * 60 * minute;
  const first = Math.ceil(low / step) * step;
  const length = Math.max(0, Math.floor((high - first) / step) + 1);
  return Array.from({ length }, (_, index) => first + index * step);
}
