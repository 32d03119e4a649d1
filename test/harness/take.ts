import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Takes a file of tests for this process: true for the first one that asks. Processes that run side by
 * side share a folder, in which each file that was taken has an entry.
 */
export async function take(folder: string, file: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, file.replaceAll(/[^\w.-]/g, "-")), "", { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
