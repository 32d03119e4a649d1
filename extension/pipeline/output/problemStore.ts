import { relative, sep } from "node:path";
import type { Unikernel } from "../../project/model.ts";
import type { Step } from "../goals.ts";
import { isDuplicate, type ReportedProblem } from "./duplicates.ts";
import { linesOf, onText, rangeFollower } from "./followRange.ts";
import type { OutputProblem } from "./outputProblem.ts";
import type { ReadText } from "./userSources.ts";

/** What found problems: a step of a job, or a check of saved files. */
export type ProblemOrigin = Step | "check" | "checkConfig";

/** A problem as it is displayed now. */
export interface ShownProblem extends OutputProblem {
  /** Whether a source of the unikernel has changed since the problem was found. */
  readonly isOutdated: boolean;
}

/** What is known of a file when its problems are displayed. */
export interface FileNow {
  /** Its text in the editor, or on disk if it changed there; undefined if it is as the tools saw it. */
  readonly text: string | undefined;
  /** Whether an editor has it open, so that a language server checks it. */
  readonly isOpen: boolean;
  /** The problems that others report in it. */
  readonly others: readonly ReportedProblem[];
  /** The codes of our problems that others report in better words. */
  readonly codes: ReadonlySet<string>;
}

type Owner = Pick<Unikernel, "id" | "root" | "buildDir">;

/** The problems that were found in the output of programs, and what has happened to their texts since. */
export interface ProblemStore {
  /** Records that a check has started: what changes from now on is not in its result. */
  readonly begin: (unikernel: Owner, origin: ProblemOrigin) => void;
  /** Replaces the problems of an origin. A step reports none when it starts. Returns the files whose problems may have changed. */
  readonly report: (
    unikernel: Owner,
    origin: ProblemOrigin,
    problems: readonly OutputProblem[],
    readText: ReadText,
  ) => readonly string[];
  /** Removes the problems that a later check of the same sources replaces. Returns their files. */
  readonly remove: (
    unikernel: Owner,
    isReplaced: (problem: OutputProblem, origin: ProblemOrigin) => boolean,
  ) => readonly string[];
  /** Records that a file has this text now. Returns the files whose problems may have changed. */
  readonly changed: (file: string, text: string) => readonly string[];
  /** The problems of a file that are displayed. */
  readonly shown: (file: string, now: FileNow) => readonly ShownProblem[];
  /** The first error of a unikernel that is still there. */
  readonly firstError: (unikernel: Owner) => OutputProblem | undefined;
  readonly has: (file: string) => boolean;
}

interface Entry {
  readonly problem: OutputProblem;
  /** The lines of the file as the tools saw them; undefined if it could not be read. */
  readonly lines: readonly string[] | undefined;
  /** Where the problem is now; undefined if its text is gone. */
  place: OutputProblem["range"] | undefined;
  /** Whether a language server reports it too. */
  covered: boolean;
  /** Whether a language server no longer reports it after a change: it is fixed. */
  fixed: boolean;
}

interface Report {
  readonly owner: Owner;
  readonly origin: ProblemOrigin;
  readonly entries: readonly Entry[];
  /** The number of the last change to any source before the program started. */
  readonly since: number;
}

interface Change {
  readonly number: number;
  /** The lines of the file after it. */
  readonly lines: readonly string[];
}

const ofSteps = ["configure", "lock", "install-switch", "pull", "build", "check", "checkConfig"] as const;

/** For an origin, those whose problems are removed when it reports. Others remove only their own. */
const clearedBy: Partial<Record<ProblemOrigin, readonly ProblemOrigin[]>> = {
  configure: ofSteps,
  clean: ofSteps,
  build: ["build", "check"],
};

/** The folders below a unikernel whose files are generated or fetched. */
const notOwn: ReadonlySet<string> = new Set(["_build", "duniverse", "dist", "mirage", "_opam"]);

/**
 * Follows each problem through changes of its file. A problem disappears when its lines change, and when a language server
 * that reported it too no longer does after a change. What remains after a change is marked as outdated.
 */
export function createProblemStore(): ProblemStore {
  const reports = new Map<string, Report>();
  const owners = new Map<string, Owner>();
  /** The last change of each file of a unikernel, by the ids of unikernels and the paths of files. */
  const changes = new Map<string, Map<string, Change>>();
  let lastChange = 0;
  const starts = new Map<string, number>();
  const keyOf = ({ id }: Owner, origin: ProblemOrigin) => `${origin}\0${id}`;
  const filesOf = (entries: readonly Entry[]) => entries.map(({ problem }) => problem.file);
  const entriesIn = (file: string) =>
    [...reports.values()].flatMap((report) =>
      report.entries.flatMap((entry) => (entry.problem.file === file ? [{ report, entry }] : [])),
    );

  const begin = (unikernel: Owner, origin: ProblemOrigin) => {
    owners.set(unikernel.id, unikernel);
    starts.set(keyOf(unikernel, origin), lastChange);
  };

  const isOutdatedReport = ({ owner, since, entries }: Report) => {
    // VS Code may notice a change of a file only after the program that read the changed file has started.
    const isAsToolsSaw = (file: string, { lines }: Change) =>
      entries.some(({ problem, lines: seen }) => problem.file === file && sameLines(seen, lines));
    return [...(changes.get(owner.id) ?? [])].some(
      ([file, change]) => change.number > since && !isAsToolsSaw(file, change),
    );
  };

  return {
    begin,
    report: (unikernel, origin, problems, readText) => {
      const key = keyOf(unikernel, origin);
      if (problems.length === 0 || !starts.has(key)) begin(unikernel, origin);
      const cleared = (clearedBy[origin] ?? [origin]).map((each) => keyOf(unikernel, each));
      const before = cleared.flatMap((each) => reports.get(each)?.entries ?? []);
      for (const each of cleared) reports.delete(each);
      const texts = new Map<string, readonly string[] | undefined>();
      const entries = problems.map((problem): Entry => {
        const { file, range } = problem;
        if (!texts.has(file)) texts.set(file, splitText(readText(file)));
        return { problem, lines: texts.get(file), place: range, covered: false, fixed: false };
      });
      if (entries.length > 0)
        reports.set(key, { owner: unikernel, origin, entries, since: starts.get(key) ?? 0 });
      return [...filesOf(before), ...filesOf(entries)];
    },
    remove: (unikernel, isReplaced) => {
      const removed: Entry[] = [];
      for (const [key, report] of reports) {
        if (report.owner.id !== unikernel.id) continue;
        const { true: gone = [], false: rest = [] } = Object.groupBy(report.entries, ({ problem }) =>
          isReplaced(problem, report.origin) ? "true" : "false",
        );
        removed.push(...gone);
        if (rest.length > 0) reports.set(key, { ...report, entries: rest });
        else reports.delete(key);
      }
      return filesOf(removed);
    },
    changed: (file, text) => {
      const own = entriesIn(file);
      const lines = linesOf(text);
      // Saving a file, or reading it again from disk, changes nothing.
      const isSame = own.length > 0 && own.every(({ entry }) => sameLines(entry.lines, lines));
      const touched = isSame ? [] : [...owners.values()].filter((owner) => isOwnSource(file, owner));
      for (const { id } of touched) {
        const ofOwner = changes.get(id) ?? new Map<string, Change>();
        changes.set(id, ofOwner.set(file, { number: ++lastChange, lines }));
      }
      const ids = new Set(touched.map(({ id }) => id));
      const others = [...reports.values()].filter(({ owner }) => ids.has(owner.id));
      return [
        ...new Set([...(own.length > 0 ? [file] : []), ...others.flatMap((each) => filesOf(each.entries))]),
      ];
    },
    shown: (file, { text, isOpen, others, codes }) => {
      const now = splitText(text);
      const followers = new Map<readonly string[], ReturnType<typeof rangeFollower>>();
      const placeOf = ({ lines, problem }: Entry) => {
        if (!lines || !now) return problem.range;
        const follow = followers.get(lines) ?? rangeFollower(lines, now);
        followers.set(lines, follow);
        return follow(problem.range);
      };
      return entriesIn(file).flatMap(({ report, entry }) => {
        const { problem } = entry;
        entry.place = placeOf(entry);
        const isOutdated = isOutdatedReport(report);
        if (entry.place === undefined || entry.fixed) return [];
        if (problem.code !== undefined && codes.has(problem.code)) return [];
        const placed = { ...problem, range: entry.place };
        const anyText = report.origin === "check" || report.origin === "checkConfig";
        if (others.some((other) => isDuplicate(placed, other, anyText))) {
          entry.covered = true;
          return [];
        }
        // A server withdraws its problems also when a file is closed.
        if (entry.covered && isOutdated && isOpen) {
          entry.fixed = true;
          return [];
        }
        const lines = now ?? entry.lines;
        return [{ ...placed, range: lines ? onText(entry.place, lines) : entry.place, isOutdated }];
      });
    },
    firstError: ({ id }) => {
      const entries = [...reports.values()]
        .filter(({ owner }) => owner.id === id)
        .flatMap((each) => each.entries);
      const first = entries.find(
        ({ problem, place, fixed }) => problem.severity === "error" && place && !fixed,
      );
      return first?.place && { ...first.problem, range: first.place };
    },
    has: (file) => entriesIn(file).length > 0,
  };
}

const splitText = (text: string | undefined) => (text === undefined ? undefined : linesOf(text));

const sameLines = (a: readonly string[] | undefined, b: readonly string[]) =>
  a !== undefined && a.length === b.length && a.every((line, index) => line === b[index]);

/** Whether a file is a source that the user writes, so that a change of it can fix a problem of the unikernel. */
function isOwnSource(file: string, { root, buildDir }: Owner): boolean {
  const folder = [buildDir, root].find((each) => file.startsWith(each + sep));
  return folder !== undefined && !notOwn.has(relative(folder, file).split(sep)[0] ?? "");
}
