import "../kit/texts.ts";
import "./style.css";
import { openChannel } from "../kit/channel.ts";
import { button, progressRing, registerControls } from "../kit/controls.ts";
import { element, focusedIn } from "../kit/dom.ts";
import { connect } from "../kit/host.ts";
import { text } from "../kit/shape.ts";
import { isKept, isToPanel, type DoctorView, type FromPanel, type ToPanel } from "./messages.ts";
import { reportTables } from "./report.ts";
import { summaryOf } from "./summary.ts";
import { t } from "../../extension/platform/l10n.ts";

registerControls();
const host = connect();
const channel = openChannel<FromPanel, ToPanel>(host.port, {
  incoming: isToPanel,
  handle: ({ view }) => show(view),
  onStray: (reason) => console.warn(reason),
});

const subject = element("p", { class: "subject" });
// Screen readers follow these two: what was found, and what came of a button.
const summary = element("p", { class: "summary", role: "status" });
const note = element("span", { class: "note", role: "status" });
const working = element("span", { class: "working", hidden: "" }, progressRing());
const body = element("div", { class: "body" });
const copy = button({
  label: t("Copy as Markdown"),
  press: () => void ask({ kind: "copy" }),
});
document
  .querySelector("#view")
  ?.append(
    element("header", {}, element("h1", {}, t("MirageOS Setup")), subject),
    element(
      "div",
      { class: "bar" },
      button({ label: t("Check Again"), primary: true, press: () => channel.tell({ kind: "check" }) }),
      copy,
      working,
      note,
    ),
    summary,
    body,
  );

/** Sends what may fail, and shows the words that come back. */
async function ask(message: FromPanel): Promise<void> {
  try {
    note.textContent = await channel.ask(message, text);
  } catch (error) {
    note.textContent = t("That did not work: {0}", error instanceof Error ? error.message : String(error));
  }
}

function show(view: DoctorView): void {
  const checking = view.kind === "checking";
  working.hidden = !checking;
  body.setAttribute("aria-busy", String(checking));
  note.textContent = checking ? t("Asking the tools for their versions…") : "";
  if ("subject" in view) subject.textContent = t("For {0}", view.subject);
  // What was found before stays to be read while the tools are asked again.
  if (checking) return;
  host.keep({ view });
  copy.hidden = view.kind !== "report";
  if (view.kind === "report") {
    summary.textContent = summaryOf(view.lines);
    const focused = focusedLine();
    body.replaceChildren(...reportTables(view.lines, mend));
    if (focused !== undefined) buttonOf(focused)?.focus();
    return;
  }
  summary.textContent = "";
  body.replaceChildren(
    element(
      "section",
      { class: `notice ${view.kind}`, role: view.kind === "failed" ? "alert" : "status" },
      element("p", {}, view.message),
      element(
        "div",
        { class: "bar" },
        ...view.actions.map((title) =>
          button({ label: title, press: () => channel.tell({ kind: "act", title }) }),
        ),
      ),
    ),
  );
}

function mend(id: string): void {
  void ask({ kind: "mend", id });
}

/** The line whose button has the focus, so that a new report does not take it away. */
function focusedLine(): string | undefined {
  return focusedIn(body)?.closest<HTMLElement>("[data-line]")?.dataset["line"];
}

function buttonOf(line: string): HTMLElement | null {
  return body.querySelector<HTMLElement>(`[data-line="${CSS.escape(line)}"] vscode-button`);
}

const kept = host.kept();
if (isKept(kept)) show(kept.view);
else copy.hidden = true;
channel.tell({ kind: "loaded" });
