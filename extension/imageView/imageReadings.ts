import { stat } from "node:fs/promises";
import { readProjectImage, type ImageProject, type ReadImage } from "./readProjectImage.ts";

/** Reads an image as `readProjectImage` does. */
export type ReadProjectImage = (path: string, project: ImageProject | undefined) => Promise<ReadImage>;

/** An image of 10 MB takes about as much memory. */
const kept = 3;

/**
 * Reads images and stores the last three results, each until the image, the lock file or the project changes. Calls for one
 * image share a reading that has not ended.
 */
export function createImageReadings(readImage: ReadProjectImage = readProjectImage): ReadProjectImage {
  const readings = new Map<string, { readonly of: string; readonly read: Promise<ReadImage> }>();
  return async (path, project) => {
    const files = await Promise.all([versionOf(path), versionOf(project?.lockFile)]);
    const of = JSON.stringify([files, project]);
    const last = readings.get(path);
    // The last one that was used is the last in the map.
    readings.delete(path);
    const reading = last?.of === of ? last : { of, read: readImage(path, project) };
    readings.set(path, reading);
    for (const oldest of [...readings.keys()].slice(0, -kept)) readings.delete(oldest);
    const read = await reading.read;
    // The cause of a failure may be gone.
    if (read.kind === "failed" && readings.get(path) === reading) readings.delete(path);
    return read;
  };
}

async function versionOf(path: string | undefined): Promise<readonly number[]> {
  if (path === undefined) return [];
  try {
    const { mtimeMs, ctimeMs, size, ino } = await stat(path);
    return [mtimeMs, ctimeMs, size, ino];
  } catch {
    return [];
  }
}
