/**
 * The counts file of a tier has one JSON line per event, written when the event happens. If a limit or a
 * signal ends a tier early, the file still has the counts of the tests that ran.
 */

/** One line of a counts file. Titles are full titles, which start with the titles of the suites. */
export type CountsEvent =
  | { readonly kind: "began" }
  | { readonly kind: "passed"; readonly title: string }
  | { readonly kind: "failed"; readonly title: string }
  /** A first attempt failed. The result of the second one follows. */
  | { readonly kind: "repeated"; readonly title: string }
  /** The title ends with the reason. */
  | { readonly kind: "skipped"; readonly title: string }
  | { readonly kind: "ended" };

export interface Counts {
  readonly passed: number;
  /** Titles of the tests and hooks that failed. */
  readonly failures: readonly string[];
  /** Titles of the tests that passed at the second attempt only. */
  readonly repeated: readonly string[];
  /** Titles of the tests that did not run, each with the reason. */
  readonly skipped: readonly string[];
  /** Number of mocha runs that started. */
  readonly began: number;
  /** Number of mocha runs that ended normally. */
  readonly ended: number;
}

/** Formats an event as a line of a counts file, with its line break. */
export const countsLine = (event: CountsEvent): string => `${JSON.stringify(event)}\n`;

/** Adds up the events of a counts file. A last line without a line break was cut off and does not count. */
export function countsOf(text: string): Counts {
  const lines = text.split("\n").slice(0, -1);
  const events = lines.map((line): CountsEvent => JSON.parse(line));
  const titles = (kind: "failed" | "repeated" | "skipped"): string[] =>
    events.flatMap((event) => (event.kind === kind ? [event.title] : []));
  const count = (kind: CountsEvent["kind"]): number => events.filter((event) => event.kind === kind).length;
  const failures = titles("failed");
  return {
    passed: count("passed"),
    failures,
    repeated: titles("repeated").filter((title) => !failures.includes(title)),
    skipped: titles("skipped"),
    began: count("began"),
    ended: count("ended"),
  };
}

/**
 * Returns why the run itself is a failure in addition to failed tests, or `undefined` if it ended normally.
 */
export function earlyEnd({ began, ended }: Counts): string | undefined {
  if (began === 0) return "no test ran";
  return ended < began ? "the tests were ended early" : undefined;
}
