/** The levels of mirage-monitoring's text protocol, the fewest messages first. */
export const monitoringLevels = ["quiet", "app", "error", "warning", "info", "debug"] as const;
export type MonitoringLevel = (typeof monitoringLevels)[number];

/** A log source of a running unikernel; `*` stands for those that are not set themselves. */
export interface SourceLevel {
  readonly source: string;
  /** The levels of all sources of this name, since several libraries may use the same one. */
  readonly levels: readonly MonitoringLevel[];
}

/** The answer to a command: what follows `ok`, or the reason. */
export type MonitoringAnswer =
  | { readonly kind: "ok"; readonly text: string }
  | { readonly kind: "error"; readonly reason: string }
  /** Nothing that mirage-monitoring answers: another program listens there. */
  | { readonly kind: "unknown" };

/** The command that lists the levels of all sources. */
export const listLevelsCommand = "l*";

/** The command that sets the level of a source; `*` for all of them, which resets single ones. */
export const setLevelCommand = (source: string, level: MonitoringLevel): string => `L${source}:${level}`;

/** Parses an answer, which ends with the connection and has no line end. */
export function parseMonitoringAnswer(answer: string): MonitoringAnswer {
  if (answer === "ok") return { kind: "ok", text: "" };
  if (answer.startsWith("ok: ")) return { kind: "ok", text: answer.slice("ok: ".length) };
  if (answer.startsWith("error: ")) return { kind: "error", reason: answer.slice("error: ".length) };
  return { kind: "unknown" };
}

/** Parses the list of levels: `*:info,net:error,…`. Sources come in the order of the answer. */
export function parseLevelList(text: string): readonly SourceLevel[] {
  const found = new Map<string, Set<MonitoringLevel>>();
  for (const entry of text.split(",")) {
    const colon = entry.lastIndexOf(":");
    const level = monitoringLevels.find((each) => each === entry.slice(colon + 1));
    if (colon <= 0 || !level) continue;
    const source = entry.slice(0, colon);
    const levels = found.get(source) ?? new Set();
    found.set(source, levels.add(level));
  }
  return [...found].map(([source, levels]) => ({ source, levels: [...levels] }));
}
