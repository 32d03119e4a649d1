import { listOf, readOpamFile, textOf, type OpamValue } from "../opamFile.ts";
import { meetsBound, type VersionBound } from "../opamVersion.ts";

/** A security advisory of the OCaml security team. */
export interface Advisory {
  /** Such as `OSEC-2026-20`. */
  readonly id: string;
  readonly summary: string;
  /** When it was last changed, in the format of RFC 3339; empty if it does not say. */
  readonly modified: string;
  readonly affected: readonly AffectedPackage[];
}

/** The versions of a package that an advisory is about. */
export interface AffectedPackage {
  readonly name: string;
  /** A version is affected if it meets all bounds of one of these ranges. */
  readonly ranges: readonly (readonly VersionBound[])[];
}

/** The page of an advisory. */
export const advisoryPage = (id: string): string => `https://osv.dev/vulnerability/${encodeURIComponent(id)}`;

/** Whether a version is affected. */
export const isAffected = ({ ranges }: AffectedPackage, version: string): boolean =>
  ranges.some((bounds) => bounds.every((bound) => meetsBound(version, bound)));

/** The affected versions as opam writes them: `< 4.14.4 | >= 5 & < 5.5.0`. */
export const rangesText = ({ ranges }: AffectedPackage): string =>
  ranges
    .map((bounds) => bounds.map(({ operator, version }) => `${operator} ${version}`).join(" & "))
    .join(" | ");

/**
 * Reads an advisory of https://github.com/ocaml/security-advisories: `OSEC-….md`, which begins with fields in the syntax
 * of opam files between fences, or `OSEC-….json` of the branch generated-osv (https://ossf.github.io/osv-schema/, with
 * the ecosystem `opam`). Undefined if it is withdrawn, is about nothing of opam, or cannot be read.
 */
export function readAdvisory(text: string): Advisory | undefined {
  const advisory = text.trimStart().startsWith("{") ? readOsv(text) : readMarkdown(text);
  return advisory && advisory.affected.length > 0 ? advisory : undefined;
}

function readMarkdown(text: string): Advisory | undefined {
  const found = /^\s*(```|---)[^\n]*\n([^]*?)\n\1[ \t]*\r?(?:\n|$)/.exec(text);
  const file = readOpamFile(found?.[2] ?? "");
  const [id] = file.fields.get("id") ?? [];
  if (!found || id === undefined || id.kind === "list" || file.fields.has("withdrawn")) return undefined;
  const [, title = ""] = /^#[ \t]+([^\r\n]+)/m.exec(text.slice(found[0].length)) ?? [];
  return {
    id: id.value,
    summary: title.trim(),
    modified: textOf(file, "modified") ?? "",
    affected: listOf(file, "affected").flatMap((each) => {
      const ranges = each.kind === "string" ? rangesOf(each.filter ?? []) : undefined;
      return each.kind === "string" && ranges ? [{ name: each.value, ranges }] : [];
    }),
  };
}

/** The ranges of a formula such as `< "4.14.4" | (>= "5" & < "5.5.0")`; undefined for other filters. */
function rangesOf(formula: readonly OpamValue[]): VersionBound[][] | undefined {
  const found: VersionBound[][] = [];
  /** Those of the alternative that is read; one without bounds is everything. */
  let current: VersionBound[][] = [[]];
  for (let at = 0; at < formula.length; at++) {
    const value = formula[at];
    if (value?.kind === "list") {
      const inner = rangesOf(value.items);
      if (!inner) return undefined;
      current = current.flatMap((bounds) => inner.map((more) => [...bounds, ...more]));
    } else if (value?.kind === "word" && value.value === "|") {
      found.push(...current);
      current = [[]];
    } else if (value?.kind === "word" && /^(?:[<>]=?|!?=)$/.test(value.value)) {
      const version = formula[++at];
      if (version?.kind !== "string") return undefined;
      const bound = { operator: value.value, version: version.value };
      current = current.map((bounds) => [...bounds, bound]);
    } else if (value?.kind !== "word" || value.value !== "&") return undefined;
  }
  return [...found, ...current];
}

function readOsv(text: string): Advisory | undefined {
  const osv = fieldsOf(parsed(text));
  const { id, summary, modified } = osv;
  if (typeof id !== "string" || osv["withdrawn"] !== undefined) return undefined;
  return {
    id,
    summary: typeof summary === "string" ? summary : "",
    modified: typeof modified === "string" ? modified : "",
    affected: itemsOf(osv["affected"]).flatMap((each) => {
      const { ecosystem, name } = fieldsOf(fieldsOf(each)["package"]);
      if (ecosystem !== "opam" || typeof name !== "string") return [];
      const ranges = itemsOf(fieldsOf(each)["ranges"]).flatMap(osvRanges);
      if (ranges.length > 0) return [{ name, ranges }];
      const versions = itemsOf(fieldsOf(each)["versions"]).filter((version) => typeof version === "string");
      return [{ name, ranges: versions.map((version) => [{ operator: "=", version }]) }];
    }),
  };
}

/** The ranges of a list of events: each `introduced` opens one, `fixed` or `last_affected` closes it. */
function osvRanges(range: unknown): VersionBound[][] {
  const { type, events } = fieldsOf(range);
  if (type !== "ECOSYSTEM") return [];
  const found: VersionBound[][] = [];
  for (const event of itemsOf(events)) {
    const { introduced, fixed, last_affected: last } = fieldsOf(event);
    if (typeof introduced === "string")
      found.push(introduced === "0" ? [] : [{ operator: ">=", version: introduced }]);
    if (typeof fixed === "string") found.at(-1)?.push({ operator: "<", version: fixed });
    if (typeof last === "string") found.at(-1)?.push({ operator: "<=", version: last });
  }
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
