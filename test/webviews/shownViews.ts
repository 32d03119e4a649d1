/** Messages that make a page show something, for the tests of several pages. */
import type { DoctorView } from "../../extension/protocol/doctor.ts";
import type { ImageView } from "../../extension/protocol/image.ts";

const showing = <View>(view: View) => ({ envelope: "notification", body: { kind: "show", view } });

/** Makes the page of an image show it. */
export const showingImage = (view: ImageView) => showing(view);

/** Makes the page of Check Setup show a report that has a line with each status. */
export function showingReport(texts: {
  readonly subject: string;
  readonly titleOf: (line: number) => string;
  readonly detail: string;
  readonly fix: { readonly title: string; readonly commandLine: string };
}) {
  const lines = (["ready", "limited", "old", "unknown", "missing"] as const).map((status, i) => ({
    section: (["environment", "tools", "targets", "environment", "tools"] as const)[i] ?? "tools",
    id: `n${i}`,
    title: texts.titleOf(i),
    status,
    detail: texts.detail,
    essential: i > 2,
    needed: i < 3,
    fix: texts.fix,
  }));
  const view: DoctorView = { kind: "report", subject: texts.subject, lines };
  return showing(view);
}
