import type { DoctorLineView } from "./messages.ts";

/** How a line stands out: only what stops every build is alarming; what is optional stays quiet. */
export type Tone = "good" | "partly" | "doubtful" | "bad" | "absent";

export function toneOf(line: DoctorLineView): Tone {
  switch (line.status) {
    case "ready":
      return "good";
    case "limited":
      return "partly";
    case "old":
    case "unknown":
      return "doubtful";
    case "missing":
      return line.essential ? "bad" : "absent";
  }
}

/** The word beside the icon. */
export function wordOf(line: DoctorLineView): string {
  if (line.status === "old") return "too old";
  return line.section === "targets" && line.status === "missing" ? "not ready" : line.status;
}

/** What the report comes to, in one or two sentences. */
export function summaryOf(lines: readonly DoctorLineView[]): string {
  const lacking = lines.filter(
    ({ essential, status }) => essential && (status === "missing" || status === "old"),
  );
  const targets = lines.filter(({ section }) => section === "targets");
  const ready = targets.filter(({ status }) => status === "ready").map(({ title }) => title);
  const partly = targets.filter(({ status }) => status === "limited").map(({ title }) => title);
  if (lacking.length > 0) {
    const names = lacking.map(({ title, status }) => (status === "old" ? `${title} (too old)` : title));
    return `Needed before anything can be built: ${names.join(", ")}.`;
  }
  if (ready.length > 0) return `Builds and runs here: ${ready.join(", ")}.`;
  if (partly.length > 0) return `Builds, but does not run here: ${partly.join(", ")}.`;
  return "The tools are here, but no target is ready yet.";
}
