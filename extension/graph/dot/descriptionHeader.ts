import type { KeyValue } from "../model.ts";

const fields = /^(Name|Keys|Output|Libraries|Packages)(?:[ \t]+|$)/;

/**
 * Parses the name and the keys that `describe` prints before the graph (functoria's `Info.pp`):
 * `Name       hello`, then `Keys       target=unix` or one key per line, separated by commas. Skips what
 * config.ml printed before. The name is empty if there is no header.
 */
export function readHeader(text: string): { readonly name: string; readonly keys: readonly KeyValue[] } {
  const lines = text.split(/\r?\n/);
  const start = lines.findLastIndex((line) => /^Name[ \t]/.test(line));
  if (start < 0) return { name: "", keys: [] };
  const values = new Map<string, string[]>();
  let field = "";
  for (const line of lines.slice(start)) {
    const named = fields.exec(line);
    field = named?.[1] ?? field;
    const rest = named ? line.slice(named[0].length) : line;
    const present = values.get(field);
    if (present) present.push(rest.trim());
    else values.set(field, [rest.trim()]);
  }
  return { name: values.get("Name")?.[0] ?? "", keys: keyValues(values.get("Keys") ?? []) };
}

/** An entry may span several lines; it ends with a comma at the end of a line. */
function keyValues(lines: readonly string[]): readonly KeyValue[] {
  const entries: string[] = [];
  let open = "";
  for (const line of lines) {
    open = open === "" ? line : `${open}\n${line}`;
    if (!line.endsWith(",")) continue;
    entries.push(open.slice(0, -1));
    open = "";
  }
  entries.push(open);
  // Empty lines follow if the graph was written to a file.
  return entries
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map(keyValue);
}

function keyValue(entry: string): KeyValue {
  const isDefault = entry.endsWith(" (default)");
  const text = isDefault ? entry.slice(0, -" (default)".length) : entry;
  const equals = text.indexOf("=");
  return equals < 0
    ? { name: text, value: "", isDefault }
    : { name: text.slice(0, equals), value: text.slice(equals + 1), isDefault };
}
