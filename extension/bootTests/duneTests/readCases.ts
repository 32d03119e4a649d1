/** A case of a test program, as its test framework printed it. */
export interface TestCase {
  /** The group of the case; empty with QCheck. */
  readonly suite: string;
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
  /** What the framework says about a failure; it may be empty. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** Environment with which Alcotest prints the details of all failures, and does not shorten names. */
export const caseEnvironment: Readonly<Record<string, string>> = {
  ALCOTEST_SHOW_ERRORS: "true",
  ALCOTEST_COLUMNS: "200",
};

/** Returns the cases in the output of Alcotest or QCheck; empty if there are none. Accepts any text. */
export function readCases(output: string): readonly TestCase[] {
  const lines = output.split(/\r?\n|\r/);
  return [...alcotestCases(lines), ...qcheckCases(lines)];
}

/** `> [FAIL]        add               0   wrong sum.`: the result, the suite, its index, and the name with a full stop. */
const alcotestLine = /^(│? ?|> | {2})\[(OK|FAIL|SKIP)\] +(\S.*?) {2,}(\d+) {3}(.*?)\.? *│?$/;
const results = { OK: "passed", FAIL: "failed", SKIP: "skipped" } as const;

function alcotestCases(lines: readonly string[]): readonly TestCase[] {
  const cases = new Map<string, TestCase>();
  for (const [at, line] of lines.entries()) {
    const [, before = "", mark, suite = "", index, name = ""] = alcotestLine.exec(line) ?? [];
    if (mark !== "OK" && mark !== "FAIL" && mark !== "SKIP") continue;
    const key = `${suite}\n${index}`;
    if (before.startsWith("│")) {
      const known = cases.get(key) ?? { suite, name, result: results[mark], message: "" };
      cases.set(key, { ...known, ...detailsOf(lines.slice(at + 2)) });
    } else cases.set(key, { suite, name, result: results[mark], message: "" });
  }
  return [...cases.values()];
}

/** The details below the box of a failure, which end with a line or the next box. */
function detailsOf(lines: readonly string[]): Pick<TestCase, "message" | "expected" | "actual"> {
  const end = lines.findIndex((line) => /^ ?[─┌]─{9}|^Logs saved to |^Full test results in /.test(line));
  const message = lines
    .slice(0, end < 0 ? lines.length : end)
    .join("\n")
    .trim();
  const [, expected, actual] = /^ *Expected: `([^]*?)'\n *Received: `([^]*?)'$/m.exec(message) ?? [];
  return expected === undefined || actual === undefined ? { message } : { message, expected, actual };
}

/** A line of QCheck's verbose mode, with the counts of generated, error, fail and pass. */
const qcheckLine = /^\[([✓✗])\](?: +\d+){4} +\/ +\d+ +[\d.]+s (.*)$/;
const qcheckFailure = /^Test (.*) (?:failed|errored on) \(\d+ shrink steps\):$/;

function qcheckCases(lines: readonly string[]): readonly TestCase[] {
  const cases = new Map<string, TestCase>();
  const add = (name: string, result: TestCase["result"], message: string) =>
    cases.set(name, { suite: "", name, result, message });
  for (const [at, line] of lines.entries()) {
    const [, mark, passedName = ""] = qcheckLine.exec(line) ?? [];
    if (mark !== undefined) add(passedName, mark === "✓" ? "passed" : "failed", "");
    const [, name] = qcheckFailure.exec(line) ?? [];
    if (name === undefined) continue;
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((each) => /^(?:---|===|\+\+\+)[ =]/.test(each) || /^={20}/.test(each));
    add(name, "failed", [line, ...rest.slice(0, end < 0 ? rest.length : end)].join("\n").trim());
  }
  return [...cases.values()];
}
