import type { Level } from "../../ocaml/logs/levels.ts";
import type { RecordKind } from "../model.ts";

/** How a line that no Logs reporter wrote is classified. */
export interface LineKind {
  readonly kind: Exclude<RecordKind, "log">;
  readonly level: Level | undefined;
  /** The exit status; only for the kind `exit`. */
  readonly status: number | undefined;
  /** Whether the line can begin a record of its kind, and whether it can continue one. If both, it continues one if there is one. */
  readonly begins: boolean;
  readonly joins: boolean;
}

type Part = "begins" | "joins" | "either";

/** Creates a `LineKind`. */
export const lineKind = (
  kind: LineKind["kind"],
  level?: Level,
  part: Part = "begins",
  status?: number,
): LineKind => ({
  kind,
  level,
  status,
  begins: part !== "joins",
  joins: part !== "begins",
});
