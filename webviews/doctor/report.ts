import { button } from "../kit/toolkit.ts";
import { element, icon } from "../kit/dom.ts";
import type { DoctorLineView } from "../../extension/protocol/doctor.ts";
import { reportTone, statusLabel, type Tone } from "./summary.ts";
import { t } from "../../extension/protocol/l10n.ts";

const icons: Readonly<Record<Tone, string>> = {
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

/**
 * One table for each section that has lines. Lines that do not concern the selected targets are in tables of their own
 * below, which are folded unless `unfolded`. `fix` receives the id of a line.
 */
export function reportTables(
  lines: readonly DoctorLineView[],
  fix: (id: string) => void,
  unfolded: boolean,
): HTMLElement[] {
  const others = lines.filter(({ needed }) => !needed);
  const tables = sectionsOf(
    lines.filter(({ needed }) => needed),
    "section",
    fix,
  );
  if (others.length === 0) return tables;
  const folded = element(
    "details",
    unfolded ? { class: "others", open: "" } : { class: "others" },
    element("summary", {}, t("Not needed for the selected targets ({0})", others.length)),
    ...sectionsOf(others, "others", fix),
  );
  return [...tables, folded];
}

function sectionsOf(
  lines: readonly DoctorLineView[],
  idPrefix: string,
  fix: (id: string) => void,
): HTMLElement[] {
  return (["environment", "tools", "targets"] as const).flatMap((section) => {
    const ours = lines.filter((line) => line.section === section);
    return ours.length === 0 ? [] : [tableOf(section, `${idPrefix}-${section}`, ours, fix)];
  });
}

function tableOf(
  section: DoctorLineView["section"],
  id: string,
  lines: readonly DoctorLineView[],
  fix: (id: string) => void,
): HTMLElement {
  const columns = [t("Status"), t("Name"), t("Detail"), t("Fix")].map((name) =>
    element("th", { scope: "col" }, name),
  );
  // The roles are explicit because the grid layout of a narrow panel would remove the implicit ones.
  const table = element(
    "table",
    { role: "table", "aria-labelledby": id },
    element("thead", { class: "screenReaderOnly" }, element("tr", {}, ...columns)),
    element("tbody", { role: "rowgroup" }, ...lines.map((line) => rowOf(line, fix))),
  );
  return element("section", {}, element("h2", { id }, headings[section]), table);
}

function rowOf(line: DoctorLineView, fix: (id: string) => void): HTMLElement {
  const tone = reportTone(line);
  return element(
    "tr",
    { role: "row", class: tone, "data-line": line.id },
    element(
      "td",
      { role: "cell", class: "status" },
      icon(icons[tone]),
      element("span", {}, statusLabel(line)),
    ),
    element("th", { role: "rowheader", scope: "row" }, line.title),
    element("td", { role: "cell", class: "detail" }, ...detailOf(line)),
    element("td", { role: "cell", class: "fix" }, ...fixCell(line, fix)),
  );
}

function detailOf(line: DoctorLineView): HTMLElement[] {
  const parts = [element("span", {}, line.detail)];
  if (line.fix?.commandLine !== undefined) parts.push(element("code", {}, line.fix.commandLine));
  return parts;
}

function fixCell(line: DoctorLineView, fix: (id: string) => void): HTMLElement[] {
  if (line.fix === undefined) return [];
  const inTerminal = line.fix.commandLine !== undefined;
  return [
    button({
      label: line.fix.title,
      // Several lines can offer the same fix.
      fullLabel: t("{0}, for {1}", line.fix.title, line.title),
      ...(inTerminal && { hint: t("Enters the command in a terminal; press Enter there to run it.") }),
      onClick: () => fix(line.id),
    }),
  ];
}
