/** The contents of an issue report, not yet redacted. */
export interface ReportParts {
  readonly extension: string;
  readonly editor: string;
  readonly system: string;
  /** The name of the remote in which the extension runs, such as `ssh-remote`; undefined if it runs locally. */
  readonly remote: string | undefined;
  readonly trusted: boolean;
  /** The settings that differ from their defaults, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly unikernels: string;
  /** The report of Check Setup as Markdown, or the reason why there is none. */
  readonly setup: string;
  /** The last lines of the extension's log. */
  readonly log: string;
  /** The last lines of the last boot and how it ended; undefined if nothing was booted. */
  readonly boot: string | undefined;
}

/** Formats the report as Markdown. It starts with the part that the user has to fill in. */
export function reportMarkdown(parts: ReportParts): string {
  const facts = [
    ["MirageOS for VS Code", parts.extension],
    ["Editor", parts.editor],
    ["System", parts.system],
    ["Runs on", parts.remote ?? "this computer"],
    ["Workspace", parts.trusted ? "trusted" : "Restricted Mode"],
  ];
  return `${[
    "## What happened",
    "What I did, what I expected, and what I saw instead:",
    "",
    "## Versions",
    facts.map(([name, value]) => `- ${name}: ${value}`).join("\n"),
    "## Settings that differ from the default",
    fenced("json", JSON.stringify(parts.settings, undefined, 2)),
    "## Unikernels",
    parts.unikernels.replace(/^## /gm, "### "),
    details("Setup", parts.setup.replace(/^# .*\n+/, "").replace(/^## /gm, "### ")),
    ...(parts.boot === undefined ? [] : [details("Last boot", fenced("text", parts.boot))]),
    details("Log of the extension", fenced("text", parts.log)),
  ].join("\n\n")}\n`;
}

function details(title: string, body: string): string {
  return `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** A code block whose fence is longer than any fence in the text. */
function fenced(language: string, text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** The last lines of a text, after an ellipsis if lines were omitted. */
export function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split("\n");
  return lines.length > count ? ["…", ...lines.slice(-count)].join("\n") : lines.join("\n");
}

/** GitHub rejects longer URLs. */
const maxAddressLength = 7000;

/**
 * The URL of the form for a new issue with this report. If the report is too long for a URL, `whole` is false and the
 * form asks to paste it.
 */
export function issueAddress(
  bugs: string,
  report: string,
): { readonly address: string; readonly whole: boolean } {
  const address = (body: string) => `${bugs.replace(/\/$/, "")}/new?body=${encodeURIComponent(body)}`;
  const full = address(report);
  if (full.length <= maxAddressLength) return { address: full, whole: true };
  return { address: address("The report is on your clipboard. Please paste it here."), whole: false };
}
