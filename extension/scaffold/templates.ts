import { compareVersions } from "../project/version.ts";
import { isTarget, type TargetId } from "../toolchain/targets.ts";

/** One project that can be created, as `snippets/templates/index.json` tells it. */
export interface Template {
  /** The folder of its files. */
  readonly id: string;
  readonly title: string;
  /** The heading it is listed below. */
  readonly group: string;
  /** What it shows, in one sentence. */
  readonly shows: string;
  /** The types of the devices its functor takes, as config.ml calls them, in order. */
  readonly devices: readonly string[];
  /** The targets it can be configured for. */
  readonly targets: readonly TargetId[];
  /** Options of configure with which it needs no network interface of its own on unix and macosx. */
  readonly hostOptions: readonly string[];
  /** The first mirage that can configure it. */
  readonly minimumMirage: string;
  /** Paths below its folder, with `/`. */
  readonly files: readonly string[];
}

/** The first mirage that no template is written for. */
export const beyondMirage = "4.12.0";

/** The first mirage with Unikraft targets. */
const unikraftSince = "4.10.0";

/**
 * Checks what was read from the index. Throws, naming the entry, where it is not a list of templates;
 * it is our own file, so that is a mistake in the package.
 */
export function readIndex(value: unknown): readonly Template[] {
  if (!Array.isArray(value)) throw new Error("The index of templates is no list.");
  return value.map((entry: unknown, at) => {
    const wrong = new Error(`Entry ${at} of the index of templates is not complete.`);
    if (typeof entry !== "object" || entry === null) throw wrong;
    const fields = new Map<string, unknown>(Object.entries(entry));
    const word = (name: string): string => {
      const field = fields.get(name);
      if (typeof field !== "string" || field === "") throw wrong;
      return field;
    };
    const words = (name: string): readonly string[] => {
      const field = fields.get(name);
      if (!Array.isArray(field)) throw wrong;
      return field.map((each: unknown) => {
        if (typeof each !== "string") throw wrong;
        return each;
      });
    };
    const targets = words("targets").filter(isTarget);
    if (targets.length === 0 || targets.length !== words("targets").length) throw wrong;
    return {
      id: word("id"),
      title: word("title"),
      group: word("group"),
      shows: word("shows"),
      devices: words("devices"),
      targets,
      hostOptions: fields.has("hostOptions") ? words("hostOptions") : [],
      minimumMirage: word("minimumMirage"),
      files: words("files"),
    };
  });
}

/** What of the templates the installed mirage can configure; a version that is not known takes all. */
export function fitting(templates: readonly Template[], mirage: string | undefined): readonly Template[] {
  if (mirage === undefined) return templates;
  if (compareVersions(mirage, beyondMirage) >= 0) return [];
  return templates.filter(({ minimumMirage }) => compareVersions(mirage, minimumMirage) >= 0);
}

/** The targets a template can be configured for by this mirage, this computer's own first. */
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
