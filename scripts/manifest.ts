/** Reads package.json in English: replaces every `%key%` by its text in package.nls.json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./programs.ts";

const keyIn = (value: unknown): string | undefined =>
  typeof value === "string" ? /^%([\w.-]+)%$/.exec(value)?.[1] : undefined;

/** Returns the English texts of package.json by their keys. */
export function manifestTexts(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(root, "package.nls.json"), "utf8"));
}

/** Returns package.json with its English texts. Throws with the key if a text is missing. */
export function englishManifest<Manifest>(): Manifest {
  const texts = manifestTexts();
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"), (_name, value: unknown) => {
    const key = keyIn(value);
    if (key === undefined) return value;
    const text = texts[key];
    if (text === undefined) throw new Error(`package.nls.json has no text for %${key}%.`);
    return text;
  });
}
