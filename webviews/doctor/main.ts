import "../kit/texts.ts";
import "./style.css";
import { openChannel } from "../../extension/protocol/channel.ts";
import { button, progressRing, registerControls } from "../kit/toolkit.ts";
import { element, focusedIn } from "../kit/dom.ts";
import { connect } from "../kit/vscodeApi.ts";
import { string } from "../../extension/protocol/validators.ts";
import {
  isDoctorPageState,
  isToDoctorPage,
  type DoctorView,
  type FromDoctorPage,
  type ToDoctorPage,
} from "../../extension/protocol/doctor.ts";
import { reportTables } from "./report.ts";
import { summaryOf } from "./summary.ts";
import { t } from "../../extension/protocol/l10n.ts";

registerControls();
const host = connect();
const channel = openChannel<FromDoctorPage, ToDoctorPage>(host.port, {
  incoming: isToDoctorPage,
  handle: ({ view }) => show(view),
  onError: (reason) => console.warn(reason),
});

const subject = element("p", { class: "subject" });
// Live regions: the result of the check, and the result of a button.
const summary = element("p", { class: "summary", role: "status" });
const note = element("span", { class: "note", role: "status" });
const working = element("span", { class: "working", hidden: "" }, progressRing());
const body = element("div", { class: "body" });
const copy = button({
  label: t("Copy as Markdown"),
  onClick: () => void requestAndShow({ kind: "copy" }),
});
document
  .querySelector("#view")
  ?.append(
    element("header", {}, element("h1", {}, t("MirageOS Setup")), subject),
    element(
      "div",
      { class: "bar" },
      button({ label: t("Check Again"), primary: true, onClick: () => channel.notify({ kind: "check" }) }),
      copy,
      working,
      note,
    ),
    summary,
    body,
  );

/** Sends a request and shows its response, which is a text, or its error. */
async function requestAndShow(message: FromDoctorPage): Promise<void> {
  try {
    note.textContent = await channel.request(message, string);
  } catch (error) {
    note.textContent = t("The action failed: {0}", error instanceof Error ? error.message : String(error));
  }
}

function show(view: DoctorView): void {
  const checking = view.kind === "checking";
  working.hidden = !checking;
  body.setAttribute("aria-busy", String(checking));
  note.textContent = checking ? t("Checking the versions of the tools…") : "";
  if ("subject" in view) subject.textContent = t("For {0}", view.subject);
  // The last report stays visible during the check.
  if (checking) return;
  host.saveState({ view });
  copy.hidden = view.kind !== "report";
  if (view.kind === "report") {
    summary.textContent = summaryOf(view.lines);
    const focused = focusedLine();
    const unfolded = body.querySelector("details")?.open === true;
    body.replaceChildren(...reportTables(view.lines, fix, unfolded));
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
          button({ label: title, onClick: () => channel.notify({ kind: "act", title }) }),
        ),
      ),
    ),
  );
}

function fix(id: string): void {
  void requestAndShow({ kind: "fix", id });
}

/** The id of the line whose button has the focus, so that a new report can restore it. */
function focusedLine(): string | undefined {
  return focusedIn(body)?.closest<HTMLElement>("[data-line]")?.dataset["line"];
}

function buttonOf(line: string): HTMLElement | null {
  return body.querySelector<HTMLElement>(`[data-line="${CSS.escape(line)}"] .button`);
}

const saved = host.savedState();
if (isDoctorPageState(saved)) show(saved.view);
else copy.hidden = true;
channel.notify({ kind: "loaded" });
