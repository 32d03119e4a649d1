import { GdbError, type GdbClient } from "./gdbClient.ts";
import { miString } from "./miRecords.ts";

/** A machine frame. Without it, commands apply to the innermost frame of the current thread. */
export interface MachineFrame {
  readonly thread: number;
  readonly level: number;
}

/** The options that make an MI command apply to a frame. */
export const frameOptions = (frame: MachineFrame | undefined): string =>
  frame ? ` --thread ${frame.thread} --frame ${frame.level}` : "";

/** Evaluates an expression of gdb to a machine word, or to `undefined` if it has none. */
export async function wordOf(
  gdb: GdbClient,
  expression: string,
  frame?: MachineFrame,
): Promise<bigint | undefined> {
  try {
    const result = await gdb.query(
      `-data-evaluate-expression${frameOptions(frame)} "(unsigned long)(${expression})"`,
    );
    const value = miString(result, "value") ?? "";
    return /^\d+$/.test(value) ? BigInt(value) : undefined;
  } catch (error) {
    if (error instanceof GdbError) return undefined;
    throw error;
  }
}
