import type { Level, RecordKind } from "./model.ts";

/** What a line that is not of a Logs reporter is known to be. */
export interface KnownLine {
  readonly kind: Exclude<RecordKind, "log">;
  readonly level: Level | undefined;
  /** Of `exit`. */
  readonly status: number | undefined;
  /** Whether it begins a record of its kind, whether it goes on with one; both: goes on where it can. */
  readonly begins: boolean;
  readonly joins: boolean;
}

type Part = "begins" | "joins" | "either";

/** Makes a `KnownLine`. */
export const known = (
  kind: KnownLine["kind"],
  level?: Level,
  part: Part = "begins",
  status?: number,
): KnownLine => ({
  kind,
  level,
  status,
  begins: part !== "joins",
  joins: part !== "begins",
});
