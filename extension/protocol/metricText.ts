import { singleLine } from "./visibleText.ts";

/** What names a number that a unikernel sends. The sender chooses all three texts. */
export interface MetricName {
  readonly measurement: string;
  /** What tells it from others of the same measurement: `kind=tcp`; empty if there is nothing. */
  readonly tags: string;
  readonly field: string;
}

/** Characters that are shown of a text of a sender. */
const maxLength = 80;

/** A text of a sender on one line that is not too long. */
export const shortLine = (text: string): string =>
  singleLine(text.length > maxLength ? `${text.slice(0, maxLength)}…` : text);

/** A measurement with its tags, such as `connections (kind=tcp)`. */
export const measurementText = ({ measurement, tags }: Omit<MetricName, "field">): string =>
  shortLine(tags === "" ? measurement : `${measurement} (${tags})`);

/** The whole name of a metric, such as `gc: live words`. */
export const metricText = (name: MetricName): string => shortLine(`${measurementText(name)}: ${name.field}`);

/** Identifies a metric among those of one unikernel. */
export const metricKey = ({ measurement, tags, field }: MetricName): string =>
  [measurement, tags, field].join("\0");

/** A number for users: integers with separators, others with four digits. */
export const numberText = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString("en-US") : String(Number(value.toPrecision(4)));
