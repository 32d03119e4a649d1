import { stripAnsi } from "../platform/ansi.ts";
import { t } from "../platform/l10n.ts";

/** How far a step is. `total` may grow: dune finds its work as it goes. */
export interface Progress {
  /** What is going on, a phrase such as `generate lockfile for monorepo dependencies`. */
  readonly text: string;
  /** Work done and work known of, where the program tells. */
  readonly done?: number;
  readonly total?: number;
}

export interface StepProgress {
  /** Takes one line of output; gives the progress if the line changed it. */
  readonly line: (text: string) => Progress | undefined;
}

/** What a line says: a new phase, the amount of work, a piece of work done, or counts outright. */
const rules: readonly {
  readonly pattern: RegExp;
  readonly next: (match: RegExpExecArray, now: Progress | undefined) => Progress;
}[] = [
  // The generated Makefile announces its steps.
  { pattern: /^ *↳ +(\S.*)$/, next: ([, text = ""]) => ({ text }) },
  // make echoes the command of the build itself.
  { pattern: /^dune build /, next: () => ({ text: t("build") }) },
  // dune on a terminal, or where it is configured to show its progress.
  {
    pattern: /^Done: +\d+% \((\d+)\/(\d+), \d+ left\)/,
    next: (match, now) => counted(now?.text ?? t("build"), match),
  },
  // opam's and opam-monorepo's jobs; what follows the colon names only the slowest of them.
  {
    pattern: /^Processing +(\d+)\/(\d+):/,
    next: (match, now) => counted(now?.text ?? t("process packages"), match),
  },
  {
    pattern: /^Successfully pulled (\d+)\/(\d+) repositories/,
    next: (match) => counted(t("pull sources"), match),
  },
  // opam-monorepo's phases.
  {
    pattern: /^==> (Found|Querying|Calculating|Wrote lockfile) ?(\d*)/,
    next: ([, phase = "", count = ""]) => ({ text: monorepoPhases[phase]?.(count) ?? phase }),
  },
  // opam's plan, and each package as it is done (the sign before it depends on the terminal).
  {
    pattern: /^=+ install (\d+) packages?/,
    next: ([, total]) => ({ text: t("install packages"), done: 0, total: Number(total) }),
  },
  {
    pattern: /^\S+ installed (\S+)$/,
    next: ([, name = ""], now) => ({ ...now, text: t("installed {0}", name), done: (now?.done ?? 0) + 1 }),
  },
];

const monorepoPhases: Readonly<Record<string, (count: string) => string>> = {
  Found: (count) => t("found {0} dependencies", count),
  Querying: () => t("read the metadata of the dependencies"),
  Calculating: () => t("find the exact sources"),
  "Wrote lockfile": () => t("wrote the lock file"),
};

function counted(text: string, match: RegExpExecArray): Progress {
  return { text, done: Number(match[1]), total: Number(match[2]) };
}

/** Follows the output of make, dune, opam and opam-monorepo line by line. */
export function stepProgress(): StepProgress {
  let now: Progress | undefined;
  return {
    line: (raw) => {
      // No line that tells of progress is longer.
      if (raw.length > 500) return undefined;
      const text = stripAnsi(raw);
      for (const { pattern, next } of rules) {
        const match = pattern.exec(text);
        if (!match) continue;
        const then = next(match, now);
        if (then.text === now?.text && then.done === now.done && then.total === now.total) return undefined;
        now = then;
        return now;
      }
      return undefined;
    },
  };
}
