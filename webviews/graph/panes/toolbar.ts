import { dropdown, iconButton, toggle } from "../../kit/controls.ts";
import { button } from "../../kit/toolkit.ts";
import { element, icon } from "../../kit/dom.ts";
import { menuButton } from "../../kit/menu.ts";
import {
  exportFormats,
  type ConfigurationView,
  type GraphPageState,
  type ComparisonTarget,
  type GraphPanelContent,
} from "../../../extension/protocol/graph.ts";
import { sameConfiguration } from "../model/options.ts";
import { createConfigurationBar } from "./configurationBar.ts";
import { t } from "../../../extension/protocol/l10n.ts";

export type ExportFormat = (typeof exportFormats)[number];

export interface GraphToolbarActions {
  readonly requestPicture: (configuration: ConfigurationView | undefined, other: ComparisonTarget) => void;
  readonly configure: (configuration: ConfigurationView) => void;
  /** The user opens the list of targets. */
  readonly targetsOpened: () => void;
  readonly showServices: (on: boolean) => void;
  readonly asTree: (on: boolean) => void;
  readonly details: (on: boolean) => void;
  readonly find: () => void;
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly copy: () => void;
  readonly save: (format: ExportFormat) => void;
}

export interface GraphToolbar {
  readonly element: HTMLElement;
  readonly showPicture: (picture: GraphPanelContent) => void;
  readonly showViewState: (state: GraphPageState) => void;
}

const icons = {
  find: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.3 10.3L14 14",
  services: "M5 3.5h6a2 2 0 0 1 0 4H5a2 2 0 0 1 0-4M5 9.5h6a2 2 0 0 1 0 4H5a2 2 0 0 1 0-4",
  out: "M3.5 8h9",
  in: "M3.5 8h9M8 3.5v9",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10M6 6h4v4H6z",
  tree: "M3 3.5h4M6 8h7M6 12.5h7M4 3.5v9h2M4 8h2",
  pane: "M2.5 3h11v10h-11zM9.5 3v10M11 6h1M11 8.5h1",
  save: "M8 2.5v7M5 6.8l3 3l3-3M2.5 10.5v3h11v-3",
} as const;

const formatLabels: Readonly<Record<ExportFormat, string>> = {
  svg: t("Drawing as SVG…"),
  png: t("Drawing as PNG…"),
  dot: t("Graph as DOT…"),
  mermaid: t("Graph as Mermaid…"),
  json: t("Graph as JSON…"),
  markdown: t("Description as Markdown…"),
};

/** The controls above the drawing, which choose what is drawn and how. */
export function createGraphToolbar(act: GraphToolbarActions): GraphToolbar {
  let picture: GraphPanelContent | undefined;
  let other: ComparisonTarget = { kind: "nothing" };
  let requested: ConfigurationView | undefined;

  const first = createConfigurationBar("", (next) => {
    requested = next;
    // Nobody compares a configuration with itself.
    if (other.kind === "configuration" && sameConfiguration(next, other.configuration))
      other = { kind: "mostDifferent" };
    act.requestPicture(next, other);
    showConfigure();
  });
  first.onTargetsOpened(act.targetsOpened);
  const second = createConfigurationBar(t(" to compare with"), (configuration) => {
    other = { kind: "configuration", configuration };
    act.requestPicture(requested, other);
  });
  second.element.classList.add("second");
  const compare = dropdown(t("Compare with"), (kind) => {
    if (!picture) return;
    if (kind === "configuration") other = { kind: "mostDifferent" };
    else other = { kind: kind === "committed" ? "committed" : "nothing" };
    act.requestPicture(requested, other);
    showOther();
  });
  compare.element.classList.add("compare");
  const configure = button({
    label: "",
    onClick: () => {
      const now = requested ?? picture?.configuration;
      if (now) act.configure(now);
    },
  });
  const services = toggle(t("Show runtime services"), icon(icons.services), act.showServices);
  const tree = toggle(t("Show as a tree"), icon(icons.tree), act.asTree);
  const pane = toggle(t("Details of the selected node (Space)"), icon(icons.pane), act.details);

  const showOther = (): void => {
    compare.set(
      [
        { value: "nothing", text: other.kind === "nothing" ? t("Compare with…") : t("No comparison") },
        { value: "configuration", text: t("Other settings") },
        { value: "committed", text: t("Last commit") },
      ],
      other.kind === "mostDifferent" ? "configuration" : other.kind,
    );
    second.element.hidden = other.kind !== "configuration";
    if (other.kind === "configuration" && picture) second.show(picture, other.configuration);
  };
  const showConfigure = (): void => {
    const now = requested ?? picture?.configuration;
    configure.hidden = !now || sameConfiguration(now, picture?.current);
    if (!now) return;
    configure.textContent = t("Configure for {0}", now.target);
    const command = ["mirage", "configure", "-t", now.target, ...now.options].join(" ");
    configure.title = t(
      "Run {0} in the project. Later builds use this target and these options, too.",
      command,
    );
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
      iconButton({ label: t("Find (Ctrl+F)"), path: icons.find, onClick: act.find }),
      services.element,
      iconButton({ label: t("Zoom out (−)"), path: icons.out, onClick: () => act.zoom(1 / 1.25) }),
      iconButton({ label: t("Zoom in (+)"), path: icons.in, onClick: () => act.zoom(1.25) }),
      iconButton({ label: t("Fit into the panel (0)"), path: icons.fit, onClick: act.fit }),
      tree.element,
      pane.element,
      menuButton(t("Export"), icon(icons.save), [
        { label: t("Copy as Image"), onClick: act.copy },
        ...exportFormats.map((format) => ({ label: formatLabels[format], onClick: () => act.save(format) })),
      ]),
    ),
  );
  bar.hidden = true;

  return {
    element: element("div", { class: "controls" }, bar, first.form, second.form),
    showPicture: (next) => {
      picture = next;
      requested = next.configuration;
      other = next.other;
      bar.hidden = false;
      first.show(next, next.configuration);
      showOther();
      showConfigure();
    },
    showViewState: (state) => {
      services.set(!state.hideServices);
      tree.set(state.asTree);
      pane.set(state.details === true);
    },
  };
}
