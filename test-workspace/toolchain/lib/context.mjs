import { existsSync, readFileSync } from "node:fs";
import { readArguments } from "./arguments.mjs";

/** Escapes an argument as in mirage/context, with OCaml's String.escaped on its UTF-8 bytes. */
export function escapedLine(text) {
  const named = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\\": "\\\\", '"': '\\"' };
  return [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return named[char] ?? (byte >= 32 && byte < 127 ? char : `\\${String(byte).padStart(3, "0")}`);
    })
    .join("");
}

function unescapedLine(text) {
  const named = { n: 10, t: 9, r: 13, b: 8, "\\": 92, '"': 34, "'": 39 };
  const bytes = [];
  for (const match of text.matchAll(/\\(\d{3})|\\(.)|([^\\])/gsu)) {
    if (match[1] !== undefined) bytes.push(Number(match[1]));
    else if (match[2] !== undefined) bytes.push(named[match[2]] ?? 63);
    else bytes.push(...Buffer.from(match[3]));
  }
  return Buffer.from(bytes).toString("utf8");
}

/**
 * Returns the arguments of the last configure from mirage/context; `undefined` if there are none or they are
 * invalid.
 */
export function contextOf(path, allowed) {
  if (path === undefined || !existsSync(path)) return undefined;
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map(unescapedLine);
  try {
    return readArguments("configure", lines.slice(1), allowed);
  } catch {
    return undefined;
  }
}
