import { sizeText } from "../../../extension/protocol/sizeText.ts";

/** Formats a difference of sizes in bytes: `+40.0 KB`, `−1.2 MB`, `0 B`. */
export function changeText(bytes: number): string {
  return `${bytes > 0 ? "+" : bytes < 0 ? "−" : ""}${sizeText(Math.abs(bytes))}`;
}

/** Formats a share of a whole: `12.3 %`, `< 0.1 %`. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return "";
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.05 ? "< 0.1 %" : `${percent.toFixed(1)} %`;
}
