import { button, dropdown, iconButton, toggle } from "../kit/controls.ts";
import { element, icon } from "../kit/dom.ts";
import { menuButton } from "../kit/menu.ts";
import {
  exportFormats,
  type ConfigurationView,
  type Kept,
  type OtherView,
  type Picture,
} from "./messages.ts";
import { sameChoice } from "./options.ts";
import { createStrip } from "./strip.ts";
import { t } from "../../extension/platform/l10n.ts";

export type ExportFormat = (typeof exportFormats)[number];

export interface ToolbarActions {
  readonly look: (configuration: ConfigurationView | undefined, other: OtherView) => void;
  readonly configure: (configuration: ConfigurationView) => void;
  readonly hideServices: (on: boolean) => void;
  readonly asTree: (on: boolean) => void;
  readonly details: (on: boolean) => void;
  readonly find: () => void;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly copy: () => void;
  readonly save: (format: ExportFormat) => void;
}

export interface Toolbar {
  readonly element: HTMLElement;
  readonly showPicture: (picture: Picture) => void;
  readonly showKept: (kept: Kept) => void;
}

const drawings = {
  find: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.3 10.3L14 14",
  services: "M5 3.5h6a2 2 0 0 1 0 4H5a2 2 0 0 1 0-4M5 9.5h6a2 2 0 0 1 0 4H5a2 2 0 0 1 0-4M2 14L14 2.5",
  out: "M3.5 8h9",
  in: "M3.5 8h9M8 3.5v9",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10M6 6h4v4H6z",
  tree: "M3 3.5h4M6 8h7M6 12.5h7M4 3.5v9h2M4 8h2",
  pane: "M2.5 3h11v10h-11zM9.5 3v10M11 6h1M11 8.5h1",
  copy: "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
  save: "M8 2.5v7M5 6.8l3 3l3-3M2.5 10.5v3h11v-3",
} as const;

const formatWords: Readonly<Record<ExportFormat, string>> = {
  svg: t("Drawing as SVG…"),
  png: t("Drawing as PNG…"),
  dot: t("Graph as DOT…"),
  mermaid: t("Graph as Mermaid…"),
  json: t("Graph as JSON…"),
  markdown: t("Description as Markdown…"),
};

/** All that chooses what is drawn and how, above the drawing. */
export function createToolbar(act: ToolbarActions): Toolbar {
  let picture: Picture | undefined;
  let other: OtherView = { kind: "nothing" };
  let wanted: ConfigurationView | undefined;

  const first = createStrip("", (next) => {
    wanted = next;
    act.look(next, other);
    showConfigure();
  });
  const second = createStrip(t(" to compare with"), (configuration) => {
    other = { kind: "configuration", configuration };
    act.look(wanted, other);
  });
  second.element.classList.add("second");
  const compare = dropdown(t("Compare with"), (kind) => {
    if (!picture) return;
    if (kind === "configuration") {
      const { evaluate, options } = picture.configuration;
      const target = picture.targets.find(({ name }) => name !== picture?.configuration.target)?.name;
      other = {
        kind,
        configuration: { target: target ?? picture.configuration.target, options, evaluate },
      };
    } else other = { kind: kind === "committed" ? "committed" : "nothing" };
    act.look(wanted, other);
    showOther();
  });
  compare.element.classList.add("compare");
  const configure = button({
    label: t("Configure with This"),
    hint: t("Run mirage configure with this target and these options"),
    press: () => {
      if (wanted ?? picture)
        act.configure(wanted ?? picture?.configuration ?? { target: "", options: [], evaluate: true });
    },
  });
  const services = toggle(t("Hide runtime services"), icon(drawings.services), act.hideServices);
  const tree = toggle(t("Show as a tree"), icon(drawings.tree), act.asTree);
  const pane = toggle(t("Details of the selected node (Space)"), icon(drawings.pane), act.details);

  const showOther = (): void => {
    compare.set(
      [
        { value: "nothing", text: t("Compare with…") },
        { value: "configuration", text: t("Compared with") },
        { value: "committed", text: t("Compared with the last commit") },
      ],
      other.kind,
    );
    second.element.hidden = other.kind !== "configuration";
    if (other.kind !== "configuration") second.form.hidden = true;
    else if (picture) second.show(picture, other.configuration);
  };
  const showConfigure = (): void => {
    const now = wanted ?? picture?.configuration;
    configure.hidden = !now || sameChoice(now, picture?.current);
  };

  const bar = element(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": t("Functor graph") },
    first.element,
    element("div", { class: "group" }, compare.element),
    second.element,
    configure,
    element(
      "div",
      { class: "group tools" },
      iconButton({ label: t("Find (Ctrl+F)"), path: drawings.find, press: act.find }),
      services.element,
      iconButton({ label: t("Zoom out (−)"), path: drawings.out, press: () => act.zoom(1 / 1.25) }),
      iconButton({ label: t("Zoom in (+)"), path: drawings.in, press: () => act.zoom(1.25) }),
      iconButton({ label: t("Fit into the panel (0)"), path: drawings.fit, press: act.fit }),
      tree.element,
      pane.element,
      iconButton({ label: t("Copy as image"), path: drawings.copy, press: act.copy }),
      menuButton(
        t("Export"),
        icon(drawings.save),
        exportFormats.map((format) => ({ label: formatWords[format], press: () => act.save(format) })),
      ),
    ),
  );
  bar.hidden = true;

  return {
    element: element("div", { class: "controls" }, bar, first.form, second.form),
    showPicture: (next) => {
      picture = next;
      wanted = next.configuration;
      other = next.other;
      bar.hidden = false;
      first.show(next, next.configuration);
      showOther();
      showConfigure();
    },
    showKept: (kept) => {
      services.set(kept.hideServices);
      tree.set(kept.asTree);
      pane.set(kept.details === true);
    },
  };
}
