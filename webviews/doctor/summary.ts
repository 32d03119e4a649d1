import type { DoctorLineView } from "../../extension/protocol/doctor.ts";
import { t } from "../../extension/protocol/l10n.ts";

/** How strongly a line is highlighted: only what prevents every build is `bad`. */
export type Tone = "good" | "partly" | "doubtful" | "bad" | "absent";

export function reportTone(line: DoctorLineView): Tone {
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

/** The status beside the icon. */
export function statusLabel(line: DoctorLineView): string {
  const labels = {
    ready: t("ready"),
    limited: t("limited"),
    old: t("too old"),
    unknown: t("unknown"),
    missing: t("missing"),
  };
  return line.section === "targets" && line.status === "missing" ? t("not ready") : labels[line.status];
}

/** Summarizes the report in one sentence. */
export function summaryOf(lines: readonly DoctorLineView[]): string {
  const lacking = lines.filter(
    ({ essential, status }) => essential && (status === "missing" || status === "old"),
  );
  const targets = lines.filter(({ section }) => section === "targets");
  const ready = targets.filter(({ status }) => status === "ready").map(({ title }) => title);
  const partly = targets.filter(({ status }) => status === "limited").map(({ title }) => title);
  if (lacking.length > 0) {
    const names = lacking.map(({ title, status }) => (status === "old" ? t("{0} (too old)", title) : title));
    return t("Required before anything can be built: {0}.", names.join(", "));
  }
  if (ready.length > 0) return t("Ready to build and run: {0}.", ready.join(", "));
  if (partly.length > 0) return t("Ready to build, but not to run here: {0}.", partly.join(", "));
  return t("The tools are installed, but no target is ready yet.");
}
