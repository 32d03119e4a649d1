import { t } from "../protocol/l10n.ts";

/** A constraint in the version header of a config.ml. */
export interface Bound {
  readonly operator: ">=" | "<";
  /** Digits and dots only, such as `4.9.0`. */
  readonly version: string;
}

/** The version header in the first line of a config.ml. */
export type VersionHeader =
  | { readonly kind: "constraint"; readonly bounds: readonly Bound[] }
  | { readonly kind: "error"; readonly message: string };

const opening = "(* mirage ";
const form = "(* mirage >= a.b.c & < d.e.f *)";

/**
 * Reads the first line of a config.ml as `mirage configure` does (`check_version` in functoria's
 * tool.ml): only `>=` and `<`, each at most once, everything separated by spaces, the comment
 * closed on the same line. Undefined if mirage sees no header; an error if mirage would refuse to
 * configure because it can't parse the line.
 */
export function parseVersionHeader(firstLine: string): VersionHeader | undefined {
  // mirage trims what `head -1` prints.
  const line = firstLine.replace(/^[ \t\n\f\r]+/, "").replace(/[ \t\n\f\r]+$/, "");
  if (!line.startsWith(opening) || line.length === opening.length) return undefined;
  const words = line.slice(opening.length).split(" ");
  const bounds: Bound[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "" || word === "&") continue;
    if (word === "*)") return { kind: "constraint", bounds };
    const version = words[i + 1];
    if ((word !== ">=" && word !== "<") || version === undefined) break;
    if (bounds.some((bound) => bound.operator === word)) {
      return headerError(t("it has more than one {0} constraint", word));
    }
    if (triple(version) === undefined) {
      return headerError(t("{0} is not a version of digits and dots", JSON.stringify(version)));
    }
    bounds.push({ operator: word, version });
    i++;
  }
  return headerError(t("it must have the form {0}, with spaces between all parts", form));
}

function headerError(reason: string): VersionHeader {
  return { kind: "error", message: t("mirage can't read this version constraint: {0}.", reason) };
}

/** Major, minor and patch number; a missing one is 0. Undefined for versions that mirage can't compare. */
function triple(version: string): readonly number[] | undefined {
  if (!/^[0-9.]*$/.test(version)) return undefined;
  const match = /^(\d+)(?:\.(\d+)(?:\.(\d+))?)?/.exec(version);
  return match?.slice(1).map((part) => Number(part ?? 0));
}

/**
 * The bound that the installed version of mirage does not meet. A version with anything but digits and dots
 * (a development build) meets every bound, because mirage skips the check for it.
 */
export function unmetBound(version: string, bounds: readonly Bound[]): Bound | undefined {
  const installed = triple(version);
  if (installed === undefined) return undefined;
  return bounds.find((bound) => {
    const required = triple(bound.version);
    if (required === undefined) return false;
    const older = isLess(installed, required);
    return bound.operator === ">=" ? older : !older;
  });
}

/** Whether this version of mirage accepts the header's bounds. */
export function satisfies(version: string, bounds: readonly Bound[]): boolean {
  return unmetBound(version, bounds) === undefined;
}

function isLess(left: readonly number[], right: readonly number[]): boolean {
  for (const [i, part] of left.entries()) {
    const other = right[i] ?? 0;
    if (part !== other) return part < other;
  }
  return false;
}

/**
 * Orders versions as opam does: runs of digits by value, other runs character by character with
 * `~` before the end of the text, the end before letters, letters before all else. So
 * `4.11.1~beta1` < `4.11.1` < `4.11.1+a`. Negative, 0 or positive.
 * Specified in opam's manual, "Version ordering".
 */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [chunks(left), chunks(right)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? "", b[i] ?? ""];
    const order = i % 2 === 0 ? compareText(x, y) : compareDigits(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

/** Alternating runs of other characters and digits, beginning with the former. */
function chunks(version: string): string[] {
  return version.split(/(\d+)/);
}

function compareText(left: string, right: string): number {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = rank(left[i]) - rank(right[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function rank(character: string | undefined): number {
  if (character === "~") return -1;
  if (character === undefined) return 0;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 0x10000;
}

/** Compares numbers of any length, as strings. */
function compareDigits(left: string, right: string): number {
  const [a, b] = [left.replace(/^0+/, ""), right.replace(/^0+/, "")];
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The version in the output of `mirage --version` without a leading `v`, or `dev` for a build that
 * does not know its version (`%%VERSION%%`). Undefined if no line is a version.
 */
export function parseMirageVersion(output: string): string | undefined {
  for (const line of output.split(/[\r\n]+/)) {
    const word = line.trim();
    if (word === "%%VERSION%%") return "dev";
    const match = /^v?(\d+(?:\.\d+)*\S*)$/.exec(word);
    if (match) return match[1];
  }
  return undefined;
}

/** The header that accepts this version and later patch releases; undefined for a development build. */
export function headerFor(version: string): string | undefined {
  const [major, minor] = triple(version) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return `(* mirage >= ${major}.${minor}.0 & < ${major}.${minor + 1}.0 *)`;
}
