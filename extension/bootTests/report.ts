import { t } from "../protocol/l10n.ts";
import type { Failure } from "./model.ts";

/** The result of a test on one target. */
export interface ReportedTest {
  /** The unikernel's name. */
  readonly suite: string;
  readonly name: string;
  readonly durationMs: number;
  readonly failures: readonly string[];
  /** Why the test was skipped; `undefined` if it was run. */
  readonly skipped: string | undefined;
  /** What the unikernel printed. */
  readonly output: string;
}

/** How much of an expected or received text is reported, in characters. */
const reportedCharacters = 300;

/** The text of a failure for a reader without an editor, which shows what was expected and received as a difference. */
export function failureText({
  message,
  expected,
  actual,
}: Pick<Failure, "message" | "expected" | "actual">): string {
  if (expected === undefined || actual === undefined) return message;
  // The message of a status or a record ends with what was expected.
  if (message.replace(/\.$/, "").endsWith(expected)) return message;
  const quoted = (text: string) =>
    JSON.stringify(text.length > reportedCharacters ? `${text.slice(0, reportedCharacters)}…` : text);
  return [message, t("Expected: {0}", quoted(expected)), t("Received: {0}", quoted(actual))].join("\n");
}

/** Writes results as JUnit's XML (the dialect of Apache Ant, which Jenkins, GitLab and GitHub's actions read). */
export function junitReport(tests: readonly ReportedTest[]): string {
  const suites = Map.groupBy(tests, ({ suite }) => suite);
  const lines = [...suites].flatMap(([suite, own]) => {
    const failed = own.filter(({ failures }) => failures.length > 0).length;
    const skipped = own.filter((test) => test.skipped !== undefined).length;
    const time = own.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const attributes = { name: suite, tests: own.length, failures: failed, skipped, time: seconds(time) };
    return [`  ${openTag("testsuite", attributes)}`, ...own.map(testCase), "  </testsuite>"];
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...lines, "</testsuites>", ""].join("\n");
}

function testCase({ suite, name, durationMs, failures, skipped, output }: ReportedTest): string {
  const content = [
    ...(skipped === undefined ? [] : [`${openTag("skipped", { message: skipped })}</skipped>`]),
    ...failures.map((message) => `${openTag("failure", { message })}</failure>`),
    ...(output === "" ? [] : [`<system-out>${escapeXml(output)}</system-out>`]),
  ].join("");
  const open = openTag("testcase", { classname: suite, name, time: seconds(durationMs) });
  return `    ${open}${content}</testcase>`;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function openTag(name: string, attributes: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(String(value))}"`);
  return `<${[name, ...parts].join(" ")}>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** Escapes text, without the control characters that XML 1.0 cannot contain. */
const escapeXml = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\u{fffd}")
    .replaceAll(/[&<>"\n]/g, (character) => entities[character] ?? character);
