import type { DoctorLineView } from "./messages.ts";
import { t } from "../../extension/platform/l10n.ts";

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
  const words = {
    ready: t("ready"),
    limited: t("limited"),
    old: t("too old"),
    unknown: t("unknown"),
    missing: t("missing"),
  };
  return line.section === "targets" && line.status === "missing" ? t("not ready") : words[line.status];
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
    const names = lacking.map(({ title, status }) => (status === "old" ? t("{0} (too old)", title) : title));
    return t("Needed before anything can be built: {0}.", names.join(", "));
  }
  if (ready.length > 0) return t("Builds and runs here: {0}.", ready.join(", "));
  if (partly.length > 0) return t("Builds, but does not run here: {0}.", partly.join(", "));
  return t("The tools are here, but no target is ready yet.");
}
