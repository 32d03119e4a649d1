import { compareVersions } from "../mirage/version.ts";
import { isTarget, type TargetId } from "../mirage/targets.ts";

/** A template of a new unikernel, as described in `snippets/templates/index.json`. */
export interface Template {
  /** The name of the folder that contains its files. */
  readonly id: string;
  readonly title: string;
  /** The heading under which it is listed. */
  readonly group: string;
  /** What it demonstrates, in one sentence. */
  readonly shows: string;
  /** The device types of its functor parameters in config.ml, in order. */
  readonly devices: readonly string[];
  /** The targets it can be configured for. */
  readonly targets: readonly TargetId[];
  /** Options of configure with which it needs no tap interface on unix and macosx. */
  readonly hostOptions: readonly string[];
  /** The first version of mirage that can configure it. */
  readonly minimumMirage: string;
  /** Paths relative to its folder, with `/`. */
  readonly files: readonly string[];
}

/** The first version of mirage that the templates do not support. */
const unsupportedMirage = "4.12.0";

/** The first version of mirage with Unikraft targets. */
const unikraftSince = "4.10.0";

/**
 * Validates the index of templates. Throws an Error that names the invalid entry. The index is part of the package,
 * so that an error is a mistake in the package.
 */
export function readIndex(value: unknown): readonly Template[] {
  if (!Array.isArray(value)) throw new Error("The index of templates is not an array.");
  return value.map((entry: unknown, at) => {
    const invalid = new Error(`Entry ${at} of the index of templates is invalid.`);
    if (typeof entry !== "object" || entry === null) throw invalid;
    const fields = new Map<string, unknown>(Object.entries(entry));
    const text = (name: string): string => {
      const field = fields.get(name);
      if (typeof field !== "string" || field === "") throw invalid;
      return field;
    };
    const texts = (name: string): readonly string[] => {
      const field = fields.get(name);
      if (!Array.isArray(field)) throw invalid;
      return field.map((each: unknown) => {
        if (typeof each !== "string") throw invalid;
        return each;
      });
    };
    const targets = texts("targets").filter(isTarget);
    if (targets.length === 0 || targets.length !== texts("targets").length) throw invalid;
    return {
      id: text("id"),
      title: text("title"),
      group: text("group"),
      shows: text("shows"),
      devices: texts("devices"),
      targets,
      hostOptions: fields.has("hostOptions") ? texts("hostOptions") : [],
      minimumMirage: text("minimumMirage"),
      files: texts("files"),
    };
  });
}

/** Returns the templates that the installed version of mirage can configure; all if the version is unknown. */
export function compatibleTemplates(
  templates: readonly Template[],
  mirage: string | undefined,
): readonly Template[] {
  if (mirage === undefined) return templates;
  if (compareVersions(mirage, unsupportedMirage) >= 0) return [];
  return templates.filter(({ minimumMirage }) => compareVersions(mirage, minimumMirage) >= 0);
}

/** Returns the targets that a template can be configured for with this version of mirage, this computer's own first. */
export function targetsFor(
  template: Template,
  mirage: string | undefined,
  platform: NodeJS.Platform,
): readonly TargetId[] {
  const old = mirage !== undefined && compareVersions(mirage, unikraftSince) < 0;
  const possible = template.targets.filter(
    (target) => !(old && target.startsWith("unikraft")) && !(target === "macosx" && platform !== "darwin"),
  );
  return possible.toSorted((a, b) => rank(a, platform) - rank(b, platform));
}

function rank(target: TargetId, platform: NodeJS.Platform): number {
  if (target === "macosx") return platform === "darwin" ? 0 : 2;
  return target === "unix" ? 1 : 2;
}
