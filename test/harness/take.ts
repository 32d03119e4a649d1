import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Takes a test file for this process. Returns true in the first process that takes the file, and false in all
 * others. Processes that run in parallel share `folder`, in which each file that was taken has an entry.
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
