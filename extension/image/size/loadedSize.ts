import { open } from "node:fs/promises";
import { fileSource } from "../fileSource.ts";
import { loadedBytes, readSections } from "./sections.ts";

/** Resolves to the bytes that a loader puts into memory for an image, or undefined if it cannot be read. Never rejects. */
export async function loadedSize(path: string): Promise<number | undefined> {
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return undefined;
  try {
    const read = await readSections(await fileSource(file));
    return read.kind === "sections" ? loadedBytes(read.sections) : undefined;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
