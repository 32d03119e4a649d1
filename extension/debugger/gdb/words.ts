import { GdbError, type GdbClient } from "./gdbClient.ts";
import { miString } from "./miRecords.ts";

/** A frame of the machine. Commands are for the innermost one of the current thread without it. */
export interface MachineFrame {
  readonly thread: number;
  readonly level: number;
}

/** The options of an MI command that make it one for a frame. */
export const frameOptions = (frame: MachineFrame | undefined): string =>
  frame ? ` --thread ${frame.thread} --frame ${frame.level}` : "";

/** The word that an expression of gdb has, or `undefined` if it has none. */
export async function wordOf(
  gdb: GdbClient,
  expression: string,
  frame?: MachineFrame,
): Promise<bigint | undefined> {
  try {
    const result = await gdb.send(
      `-data-evaluate-expression${frameOptions(frame)} "(unsigned long)(${expression})"`,
    );
    const value = miString(result, "value") ?? "";
    return /^\d+$/.test(value) ? BigInt(value) : undefined;
  } catch (error) {
    if (error instanceof GdbError) return undefined;
    throw error;
  }
}
