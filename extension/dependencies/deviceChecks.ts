import { readConfigSource } from "../mirage/config/parseConfig.ts";
import { t } from "../protocol/l10n.ts";
import type { DependencyFiles, DependencyProblem } from "./checks.ts";
import { listOf } from "./opamFile.ts";
import { unmetOpamBound } from "./opamVersion.ts";

/** How many packages a message names. */
const nameLimit = 5;

/**
 * Problems of packages that config.ml does not name, because its devices, mirage or other packages require them. They are
 * reported at `register`, one for the lock file and one for `duniverse/`.
 */
export function checkOtherPackages(files: DependencyFiles): DependencyProblem[] {
  const { lock, duniverse, packages, opam } = files;
  const [register] = readConfigSource(files.config).registers;
  if (!lock?.complete || !register) return [];
  const named = new Set(packages.map(({ name }) => name));
  const locked = new Map(lock.packages.map((each) => [each.name, each]));
  const unfit = listOf(opam, "depends").flatMap((each): string[] => {
    const filter = each.filter ?? [];
    // The others are of the switch, and the lock need not contain them.
    const isLocked = filter.some((word) => word.kind === "word" && word.value === "?monorepo");
    if (each.kind !== "string" || !isLocked || named.has(each.value)) return [];
    const current = locked.get(each.value);
    if (!current) return [t("{0} is missing", each.value)];
    const bound = unmetOpamBound(current.version, filter);
    if (!bound) return [];
    return [t("{0} {1} is not {2} {3}", each.value, current.version, bound.operator, bound.version)];
  });
  const folders = new Set(
    lock.packages.flatMap(({ name, folder }) => (named.has(name) || folder === undefined ? [] : [folder])),
  );
  const own = new Set(lock.packages.flatMap(({ name, folder = "" }) => (named.has(name) ? [folder] : [])));
  const absent = [...folders].filter((each) => !own.has(each) && duniverse?.includes(each) === false);
  const { word: span } = register;
  return [
    ...(unfit.length === 0
      ? []
      : [
          {
            span,
            message: t(
              "The lock file does not fit the opam file: {0}. Lock again before you build.",
              shortList(unfit),
            ),
            fix: { kind: "lock" as const },
          },
        ]),
    ...(absent.length === 0
      ? []
      : [
          {
            span,
            message: t(
              "duniverse/ lacks locked sources: {0}. Pull the locked sources before you build.",
              shortList(absent),
            ),
            fix: { kind: "pull" as const },
          },
        ]),
  ];
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, nameLimit).join(", ");
  return names.length > nameLimit ? t("{0} and {1} more", shown, names.length - nameLimit) : shown;
}
