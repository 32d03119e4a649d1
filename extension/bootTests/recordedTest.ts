import { createScanner, findNodeAtLocation, parseTree, type Node } from "jsonc-parser";
import type { LogRecord, LogSession } from "../logs/model.ts";
import { escapeRegExp } from "../platform/escapeRegExp.ts";
import { t } from "../protocol/l10n.ts";
import { bootTestsFile } from "./fileName.ts";
import { readBootTests } from "./readBootTests.ts";

/** A test as it is written into boot-tests.json. */
export interface BootTestEntry {
  readonly name: string;
  readonly targets: readonly string[];
  readonly args?: readonly string[];
  readonly net?: Readonly<Record<string, unknown>>;
  readonly block?: Readonly<Record<string, unknown>>;
  readonly expect: {
    readonly log: readonly (string | { readonly source?: string; readonly matches: string })[];
    readonly exit?: number;
  };
}

/**
 * What differs from one boot to the next, each with a regular expression that matches all of its kind: times, addresses
 * of the network and of memory, identifiers, durations and sizes.
 */
const variableParts: readonly (readonly [part: RegExp, pattern: string])[] = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/, "\\S+(?: \\S+)?"],
  [/\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/i, "[\\da-fA-F-]{36}"],
  [/\b(?:[\da-f]{2}:){5}[\da-f]{2}\b/i, "(?:[\\da-fA-F]{2}:){5}[\\da-fA-F]{2}"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/, "\\d+(?:\\.\\d+){3}"],
  [/\b(?:[\da-f]{0,4}:){3,7}[\da-f]{1,4}\b/i, "[\\da-fA-F:]+"],
  [/\b0x[\da-f]+\b/i, "0x[\\da-fA-F]+"],
  [/\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|kB|KB|MB|KiB|MiB)\b/, "[\\d.]+ ?\\w+"],
];
const variable = new RegExp(variableParts.map(([part]) => `(?:${part.source})`).join("|"), "giu");

/** The expectation for a record: its text, or a pattern if parts of the text differ from one boot to the next. */
export function expectationOf({
  message,
  source,
}: Pick<LogRecord, "message" | "source">): BootTestEntry["expect"]["log"][number] {
  const parts = [...message.matchAll(variable)];
  if (parts.length === 0) return message;
  let pattern = "^";
  let end = 0;
  for (const { 0: text, index } of parts) {
    pattern += escapeRegExp(message.slice(end, index)) + patternOf(text);
    end = index + text.length;
  }
  const matches = `${pattern}${escapeRegExp(message.slice(end))}$`;
  return { ...(source !== undefined && { source }), matches };
}

const patternOf = (text: string): string =>
  variableParts.find(([part]) => new RegExp(`^(?:${part.source})$`, "iu").test(text))?.[1] ??
  escapeRegExp(text);

/**
 * Makes a test from the chosen records of a session, in their order. It boots with the arguments of the session and, under
 * a tender, with its devices, whose kinds are in `manifest`, the text of `mirage/manifest.json`. `exit` is the exit code, if it ended by itself.
 */
export function recordedTest(
  name: string,
  { target, bootArguments = [], attachments }: Pick<LogSession, "target" | "bootArguments" | "attachments">,
  records: readonly Pick<LogRecord, "message" | "source">[],
  { exit, manifest }: { readonly exit: number | undefined; readonly manifest: string | undefined },
): BootTestEntry {
  const attached = Object.entries(hasDevices(target) ? (attachments ?? {}) : {});
  const types = deviceTypes(manifest);
  const ofType = (type: string) => {
    const found = attached.filter(([device]) => types.get(device) === type);
    if (found.length === 0) return undefined;
    return Object.fromEntries(found.map(([device, host]) => [device, shortForm(host)]));
  };
  const net = ofType("NET_BASIC");
  const block = ofType("BLOCK_BASIC");
  return {
    name,
    targets: [target],
    ...(bootArguments.length > 0 && { args: bootArguments }),
    ...(net && { net }),
    ...(block && { block }),
    expect: { log: records.map(expectationOf), ...(exit !== undefined && { exit }) },
  };
}

/** A process has no devices; the attachments of its session are those of a boot on another target. */
const hasDevices = (target: string): boolean => target !== "unix" && target !== "macosx";

/** The types of the devices that a manifest of Solo5 declares, by name. */
function deviceTypes(manifest = ""): ReadonlyMap<unknown, unknown> {
  const devices = findNodeAtLocation(parseTree(manifest) ?? { type: "null", offset: 0, length: 0 }, [
    "devices",
  ]);
  const value = (device: Node, name: string): unknown => findNodeAtLocation(device, [name])?.value;
  return new Map((devices?.children ?? []).map((device) => [value(device, "name"), value(device, "type")]));
}

/** An attachment with nothing but the host's side is written as that. */
function shortForm(attachment: unknown): unknown {
  if (typeof attachment !== "object" || attachment === null || !("host" in attachment)) return attachment;
  return Object.keys(attachment).length === 1 ? attachment.host : attachment;
}

/** A name that no test of the file has: `name`, `name 2`, … */
export function unusedName(text: string, name: string): string {
  const used = new Set(readBootTests(text).tests.map((test) => test.name));
  if (!used.has(name)) return name;
  let number = 2;
  while (used.has(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}

/**
 * Returns the text of boot-tests.json with the test added at the end; the rest of the text stays as it is. Throws an error
 * if the text has no array `tests` to add to.
 */
export function addTest(text: string, entry: BootTestEntry): string {
  const start = text.trim() === "" ? '{\n  "tests": []\n}\n' : text;
  const root = parseTree(start, [], { allowTrailingComma: true });
  const tests = root && findNodeAtLocation(root, ["tests"]);
  if (tests?.type !== "array") throw new Error(t('{0} has no array "tests".', bootTestsFile));
  const eol = start.includes("\r\n") ? "\r\n" : "\n";
  const json = JSON.stringify(entry, undefined, 2).replaceAll("\n", `${eol}    `);
  const last = tests.children?.at(-1);
  if (!last) {
    const at = tests.offset + 1;
    const rest = start.slice(at).replace(/^\s*\]/, "]");
    return `${start.slice(0, at)}${eol}    ${json}${eol}  ${rest}`;
  }
  const end = last.offset + last.length;
  const comma = trailingComma(start, end);
  const at = comma ?? end;
  return `${start.slice(0, at)}${comma === undefined ? "," : ""}${eol}    ${json}${start.slice(at)}`;
}

/** The end of the comma that follows an item, comments aside; `undefined` if there is none. */
function trailingComma(text: string, end: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(end);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === "," ? at + 1 : undefined;
}
