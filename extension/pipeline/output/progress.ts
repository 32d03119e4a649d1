import { stripAnsi } from "../../platform/ansi.ts";
import { t } from "../../protocol/l10n.ts";

/** The progress of a step. `total` may grow, because dune discovers its work while it builds. */
export interface Progress {
  /** The current activity, a phrase such as `generate lockfile for monorepo dependencies`. */
  readonly text: string;
  /** Completed and known units of work, if the program reports them. */
  readonly done?: number;
  readonly total?: number;
}

export interface StepProgress {
  /** Reads one line of output. Returns the progress if the line changed it. */
  readonly line: (text: string) => Progress | undefined;
}

/** Lines that report a new phase, the amount of work, or a completed unit of work. */
const rules: readonly {
  readonly pattern: RegExp;
  readonly next: (match: RegExpExecArray, now: Progress | undefined) => Progress;
}[] = [
  // The generated Makefile announces its steps.
  { pattern: /^ *↳ +(\S.*)$/, next: ([, text = ""]) => ({ text }) },
  // make prints the command of the build itself.
  { pattern: /^dune build /, next: () => ({ text: t("build") }) },
  // dune prints this on a terminal, or if it is configured to.
  {
    pattern: /^Done: +\d+% \((\d+)\/(\d+), \d+ left\)/,
    next: (match, now) => counted(now?.text ?? t("build"), match),
  },
  // The jobs of opam and opam-monorepo. The text after the colon names only the slowest of them.
  {
    pattern: /^Processing +(\d+)\/(\d+):/,
    next: (match, now) => counted(now?.text ?? t("processing packages"), match),
  },
  {
    pattern: /^Successfully pulled (\d+)\/(\d+) repositories/,
    next: (match) => counted(t("pulling sources"), match),
  },
  // opam-monorepo's phases.
  {
    pattern: /^==> (Found|Querying|Calculating|Wrote lockfile) ?(\d*)/,
    next: ([, phase = "", count = ""]) => ({ text: monorepoPhases[phase]?.(count) ?? phase }),
  },
  // opam's plan, and then each installed package. The sign before it depends on the terminal.
  {
    pattern: /^=+ install (\d+) packages?/,
    next: ([, total]) => ({ text: t("installing packages"), done: 0, total: Number(total) }),
  },
  {
    pattern: /^\S+ installed (\S+)$/,
    next: ([, name = ""], now) => ({ ...now, text: t("installed {0}", name), done: (now?.done ?? 0) + 1 }),
  },
];

const monorepoPhases: Readonly<Record<string, (count: string) => string>> = {
  Found: (count) => t("found {0} dependencies", count),
  Querying: () => t("reading the metadata of the dependencies"),
  Calculating: () => t("locating the exact sources"),
  "Wrote lockfile": () => t("wrote the lock file"),
};

function counted(text: string, match: RegExpExecArray): Progress {
  return { text, done: Number(match[1]), total: Number(match[2]) };
}

/** Extracts progress from the output of make, dune, opam and opam-monorepo, line by line. */
export function stepProgress(): StepProgress {
  let now: Progress | undefined;
  return {
    line: (raw) => {
      // No progress line is longer.
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
