import { t } from "../../extension/protocol/l10n.ts";
import type { MetricRowView } from "../../extension/protocol/metrics.ts";
import { element } from "../kit/dom.ts";

/** The table of all metrics. The row of the one whose chart is shown is selected. */
export interface Table {
  readonly element: HTMLElement;
  readonly show: (rows: readonly MetricRowView[], selected: string | undefined) => void;
}

interface Row {
  readonly element: HTMLElement;
  readonly button: HTMLElement;
  /** The cells in the order of `cellsOf`. */
  readonly cells: readonly HTMLElement[];
}

const cellsOf = ({ measurement, field, last, lowest, highest, history }: MetricRowView) =>
  [measurement, field, last, lowest, highest, history] as const;

/** Creates the table. Rows are updated in place, so that the focus stays. */
export function createTable(onSelect: (key: string) => void): Table {
  const body = element("tbody");
  const head = [
    [t("Measurement"), ""],
    [t("Field"), ""],
    [t("Last"), "number"],
    [t("Lowest"), "number"],
    [t("Highest"), "number"],
    [t("History"), "history"],
  ] as const;
  const table = element(
    "table",
    {},
    element(
      "caption",
      { class: "screenReaderOnly" },
      t("All metrics. The button of a field shows its chart."),
    ),
    element(
      "thead",
      {},
      element("tr", {}, ...head.map(([text, name]) => element("th", { scope: "col", class: name }, text))),
    ),
    body,
  );
  let rows = new Map<string, Row>();

  const createRow = (key: string): Row => {
    const button = element("button", { type: "button", class: "flat field" });
    const cells = head.map(([, name], index) => (index === 1 ? button : element("td", { class: name })));
    cells.at(-1)?.setAttribute("aria-hidden", "true");
    const row = element(
      "tr",
      {},
      ...cells.map((cell) => (cell === button ? element("th", { scope: "row" }, button) : cell)),
    );
    row.addEventListener("click", () => onSelect(key));
    return { element: row, button, cells };
  };

  body.addEventListener("keydown", (event) => {
    const buttons = [...rows.values()].map(({ button }) => button);
    const at = buttons.findIndex((button) => button === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const target = buttons[Math.min(Math.max(to, 0), buttons.length - 1)];
    target?.focus();
    target?.click();
  });

  return {
    element: table,
    show: (views, selected) => {
      const before = rows;
      rows = new Map(views.map(({ key }) => [key, before.get(key) ?? createRow(key)]));
      const isSame = before.size === rows.size && [...rows.keys()].every((key) => before.has(key));
      if (!isSame) body.replaceChildren(...[...rows.values()].map((row) => row.element));
      for (const view of views) {
        const row = rows.get(view.key);
        if (!row) continue;
        cellsOf(view).forEach((text, index) => {
          const cell = row.cells[index];
          if (cell && cell.textContent !== text) cell.textContent = text;
        });
        const isSelected = view.key === selected;
        row.element.classList.toggle("selected", isSelected);
        row.button.setAttribute("aria-pressed", String(isSelected));
        // Tab reaches one row, arrow keys the others.
        row.button.tabIndex = isSelected ? 0 : -1;
      }
    },
  };
}
