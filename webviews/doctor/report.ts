import { button } from "../kit/controls.ts";
import { element, icon } from "../kit/dom.ts";
import type { DoctorLineView } from "./messages.ts";
import { toneOf, wordOf, type Tone } from "./summary.ts";
import { t } from "../../extension/platform/l10n.ts";

const drawings: Readonly<Record<Tone, string>> = {
  good: "M8 1.7a6.3 6.3 0 1 0 0 12.6a6.3 6.3 0 1 0 0-12.6M5.2 8.2l2 2l3.6-4",
  partly: "M8 1.7a6.3 6.3 0 1 0 0 12.6a6.3 6.3 0 1 0 0-12.6M5.2 8h5.6",
  doubtful: "M8 2L14.5 13.6H1.5ZM8 6.4V9.6M8 11.6V11.7",
  bad: "M8 1.7a6.3 6.3 0 1 0 0 12.6a6.3 6.3 0 1 0 0-12.6M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6",
  absent: "M8 1.7a6.3 6.3 0 1 0 0 12.6a6.3 6.3 0 1 0 0-12.6",
};

const headings: Readonly<Record<DoctorLineView["section"], string>> = {
  environment: t("Environment"),
  tools: t("Tools"),
  targets: t("Targets"),
};

/** One table for each section that has lines. `mend` is called with a line's id. */
export function reportTables(lines: readonly DoctorLineView[], mend: (id: string) => void): HTMLElement[] {
  return (["environment", "tools", "targets"] as const).flatMap((section) => {
    const ours = lines.filter((line) => line.section === section);
    return ours.length === 0 ? [] : [tableOf(section, ours, mend)];
  });
}

function tableOf(
  section: DoctorLineView["section"],
  lines: readonly DoctorLineView[],
  mend: (id: string) => void,
): HTMLElement {
  const id = `section-${section}`;
  const columns = [t("Status"), t("Name"), t("Detail"), t("Fix")].map((name) =>
    element("th", { scope: "col" }, name),
  );
  // Roles are written out because a narrow panel lays the rows out as grids, which would lose them.
  const table = element(
    "table",
    { role: "table", "aria-labelledby": id },
    element("thead", { class: "heard" }, element("tr", {}, ...columns)),
    element("tbody", { role: "rowgroup" }, ...lines.map((line) => rowOf(line, mend))),
  );
  return element("section", {}, element("h2", { id }, headings[section]), table);
}

function rowOf(line: DoctorLineView, mend: (id: string) => void): HTMLElement {
  const tone = toneOf(line);
  return element(
    "tr",
    { role: "row", class: tone, "data-line": line.id },
    element("td", { role: "cell", class: "status" }, icon(drawings[tone]), element("span", {}, wordOf(line))),
    element("th", { role: "rowheader", scope: "row" }, line.title),
    element("td", { role: "cell", class: "detail" }, ...detailOf(line)),
    element("td", { role: "cell", class: "fix" }, ...mendOf(line, mend)),
  );
}

function detailOf(line: DoctorLineView): HTMLElement[] {
  const parts = [element("span", {}, line.detail)];
  if (line.mend?.commandLine !== undefined) parts.push(element("code", {}, line.mend.commandLine));
  return parts;
}

function mendOf(line: DoctorLineView, mend: (id: string) => void): HTMLElement[] {
  if (line.mend === undefined) return [];
  const typed = line.mend.commandLine !== undefined;
  return [
    button({
      label: line.mend.title,
      // Several lines can offer the same.
      fullLabel: t("{0}, for {1}", line.mend.title, line.title),
      ...(typed && { hint: t("Types the command into a terminal; you press Enter.") }),
      press: () => mend(line.id),
    }),
  ];
}
