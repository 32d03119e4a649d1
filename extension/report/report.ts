/** All that a report of a problem tells; each text as it is, not yet redacted. */
export interface ReportParts {
  readonly extension: string;
  readonly editor: string;
  readonly system: string;
  /** Where the extension runs, such as `ssh-remote`; undefined for this computer. */
  readonly remote: string | undefined;
  readonly trusted: boolean;
  /** Settings that are not at their default, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly unikernels: string;
  /** The report of Check Setup as Markdown, or why there is none. */
  readonly setup: string;
  /** The last lines of the extension's own log. */
  readonly log: string;
  /** How the last boot ended with its last lines; undefined when nothing was booted. */
  readonly boot: string | undefined;
}

/** The report as a Markdown document that begins with what only the user can tell. */
export function reportMarkdown(parts: ReportParts): string {
  const facts = [
    ["MirageOS for VS Code", parts.extension],
    ["Editor", parts.editor],
    ["System", parts.system],
    ["Runs in", parts.remote ?? "this computer"],
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

/** A block of code that ends where it should, whatever is in it. */
function fenced(language: string, text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** The last lines of a text, with a sign where lines are missing. */
export function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split("\n");
  return lines.length > count ? ["…", ...lines.slice(-count)].join("\n") : lines.join("\n");
}

/** GitHub refuses longer addresses. */
const longestAddress = 7000;

/**
 * The address of a new issue with this text. A text that is too long for an address is left to be
 * pasted, and the form says so.
 */
export function issueAddress(
  bugs: string,
  report: string,
): { readonly address: string; readonly whole: boolean } {
  const address = (body: string) => `${bugs.replace(/\/$/, "")}/new?body=${encodeURIComponent(body)}`;
  const full = address(report);
  if (full.length <= longestAddress) return { address: full, whole: true };
  return { address: address("The report is on your clipboard: please paste it here."), whole: false };
}
