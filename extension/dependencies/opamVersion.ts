import type { OpamValue } from "./opamFile.ts";

/**
 * Compares versions as opam does, like Debian: runs of digits by their value, other runs by characters, where `~`
 * comes before the end and letters come before other signs (https://opam.ocaml.org/doc/Manual.html#version-ordering).
 */
export function compareOpamVersions(one: string, other: string): number {
  const parts = (version: string): string[] => version.match(/\d+|\D+/g) ?? [];
  const [a, b] = [parts(one), parts(other)];
  // A version that begins with digits has an empty run of other characters before them.
  if (a[0] !== undefined && /^\d/.test(a[0])) a.unshift("");
  if (b[0] !== undefined && /^\d/.test(b[0])) b.unshift("");
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left = "", right = ""] = [a[i], b[i]];
    const order = i % 2 === 0 ? compareSigns(left, right) : compareNumbers(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function compareSigns(one: string, other: string): number {
  const rank = (sign: string | undefined): number => {
    if (sign === "~") return -1;
    if (sign === undefined) return 0;
    return /[A-Za-z]/.test(sign) ? sign.charCodeAt(0) : sign.charCodeAt(0) + 256;
  };
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const order = rank(one[i]) - rank(other[i]);
    if (order !== 0) return Math.sign(order);
  }
  return 0;
}

function compareNumbers(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
  return Math.sign(a.length - b.length) || (a < b ? -1 : a > b ? 1 : 0);
}

const operators: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">=": (order) => order >= 0,
  ">": (order) => order > 0,
  "<=": (order) => order <= 0,
  "<": (order) => order < 0,
};

/** A bound of a version, such as `>= 4.0.0`. */
export interface VersionBound {
  readonly operator: string;
  readonly version: string;
}

/** Whether a version meets a bound. None meets one with an unknown operator. */
export const meetsBound = (version: string, { operator, version: bound }: VersionBound): boolean =>
  operators[operator]?.(compareOpamVersions(version, bound)) ?? false;

/**
 * The first bound of a constraint such as `{?monorepo & >= "4.0.0" & < "5.0.0"}` that a version does not meet.
 * Undefined if it meets all, and where alternatives (`|`) or negations leave it open.
 */
export function unmetOpamBound(version: string, filter: readonly OpamValue[]): VersionBound | undefined {
  if (filter.some((each) => each.kind === "list" || (each.kind === "word" && /^(?:\||!)$/.test(each.value))))
    return undefined;
  for (const [at, { kind, ...rest }] of filter.entries()) {
    const bound = filter[at + 1];
    if (kind !== "word" || !("value" in rest) || bound?.kind !== "string") continue;
    const isMet = operators[rest.value];
    if (isMet && !isMet(compareOpamVersions(version, bound.value)))
      return { operator: rest.value, version: bound.value };
  }
  return undefined;
}
