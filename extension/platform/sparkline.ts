const bars = "▁▂▃▄▅▆▇█";

/**
 * Draws the last `width` values as a line of bars, from the lowest to the highest of them. A value that is not a finite
 * number is a space; equal values are low bars.
 */
export function sparkline(values: readonly number[], width = 20): string {
  const shown = values.slice(-width);
  const finite = shown.filter(Number.isFinite);
  const low = Math.min(...finite);
  const range = Math.max(...finite) - low;
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return " ";
      return bars.charAt(range > 0 ? Math.round(((value - low) / range) * (bars.length - 1)) : 0);
    })
    .join("");
}
