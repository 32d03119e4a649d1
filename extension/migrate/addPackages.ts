import type { MainCall } from "../mirage/config/dslCalls.ts";
import type { TextEdit } from "./editedText.ts";

/** Adds packages to the label of a `main`, or the label. */
export function addPackages(text: string, main: MainCall, list: string): TextEdit {
  const label = main.labels.get("packages");
  const added = list === "packages" ? " ~packages" : ` ~packages:${list}`;
  if (!label) return { span: { start: main.word.end, end: main.word.end }, text: added };
  const value = label.value === undefined ? "packages" : text.slice(label.value.start, label.value.end);
  const literal = label.elements && /^\[([^]*?)\s*;?\s*\]$/.exec(list.trim())?.[1];
  if (label.value && literal !== undefined) {
    const at = label.value.end - 1;
    const before = text.slice(label.value.start + 1, at);
    const separator = /^\s*$|;\s*$/.test(before) ? "" : ";";
    const from = label.value.start + 1 + before.trimEnd().length;
    return { span: { start: from, end: at }, text: `${separator} ${literal.trim()} ` };
  }
  return { span: label.span, text: `~packages:(${value} @ ${list})` };
}
