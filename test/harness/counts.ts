/**
 * The counts file of a tier: one JSON line per event, written when the event happens. A tier that is
 * ended early, by a limit or a signal, keeps the counts of the tests that ran.
 */

/** One line of a counts file. Titles are full titles, with the titles of the suites in front. */
export type CountsEvent =
  | { readonly kind: "began" }
  | { readonly kind: "passed"; readonly title: string }
  | { readonly kind: "failed"; readonly title: string }
  /** The title ends with the reason. */
  | { readonly kind: "skipped"; readonly title: string }
  | { readonly kind: "ended" };

export interface Counts {
  readonly passed: number;
  /** Titles of the tests and hooks that failed. */
  readonly failures: readonly string[];
  /** Titles of the tests that did not run, each with the reason. */
  readonly skipped: readonly string[];
  /** Runs of mocha that began. */
  readonly began: number;
  /** Runs of mocha that ended by themselves. */
  readonly ended: number;
}

/** The line of an event, with its line break. */
export const countsLine = (event: CountsEvent): string => `${JSON.stringify(event)}\n`;

/** Adds up the events of a counts file. A last line without a line break was cut off and does not count. */
export function countsOf(text: string): Counts {
  const lines = text.split("\n").slice(0, -1);
  const events = lines.map((line): CountsEvent => JSON.parse(line));
  const titles = (kind: "failed" | "skipped"): string[] =>
    events.flatMap((event) => (event.kind === kind ? [event.title] : []));
  const count = (kind: CountsEvent["kind"]): number => events.filter((event) => event.kind === kind).length;
  return {
    passed: count("passed"),
    failures: titles("failed"),
    skipped: titles("skipped"),
    began: count("began"),
    ended: count("ended"),
  };
}

/** Why a tier with these counts is a failure by itself, beside the tests that failed in it. */
export function earlyEnd({ began, ended }: Counts): string | undefined {
  if (began === 0) return "no test ran";
  return ended < began ? "the tests were ended early" : undefined;
}
