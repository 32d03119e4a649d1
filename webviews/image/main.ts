import "../kit/texts.ts";
import "./style.css";
import { openChannel } from "../../extension/protocol/channel.ts";
import {
  isToImagePage,
  type FromImagePage,
  type ImageFact,
  type ImageRequirement,
  type ImageView,
  type ToImagePage,
} from "../../extension/protocol/image.ts";
import { t } from "../../extension/protocol/l10n.ts";
import { object, string, union, absent } from "../../extension/protocol/validators.ts";
import { singleLine } from "../../extension/protocol/visibleText.ts";
import { flatButton, iconButton, textField } from "../kit/controls.ts";
import { element, icon } from "../kit/dom.ts";
import { onFind } from "../kit/findKey.ts";
import { connect } from "../kit/vscodeApi.ts";
import { menuButton } from "../kit/menu.ts";
import { csvText, sizeTreeJson, treemapSvg } from "./model/exports.ts";
import { sizeText } from "../../extension/protocol/sizeText.ts";
import { searchSizeTree, nodeWithKey, partNames, pathTo, sizeTree, type SizeNode } from "./model/sizeTree.ts";
import { reasonText } from "./model/reasonText.ts";
import { summaryText } from "./model/summaryText.ts";
import { createTreeMap } from "./panes/map.ts";
import { createTreeGrid } from "./panes/treeGrid.ts";

const icons = {
  out: "M3.5 8.5H12.5M7 4.5L3.2 8.5L7 12.5",
  zoom: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.3 10.3L13.8 13.8M7 5V9M5 7H9",
  source: "M5.5 4L2 8L5.5 12M10.5 4L14 8L10.5 12",
  save: "M8 2V10M4.8 7L8 10.2L11.2 7M2.5 13.5H13.5",
  compare: "M5 2.5V13.5M2.5 5L5 2.5L7.5 5M11 13.5V2.5M8.5 11L11 13.5L13.5 11",
};

/** What the page stores for the next page of its editor. */
const isSavedState = object({ zoomed: union(string, absent), selected: union(string, absent) });

const host = connect();
const saved = host.savedState();
const restored = isSavedState(saved) ? saved : { zoomed: undefined, selected: undefined };
const channel = openChannel<FromImagePage, ToImagePage>(host.port, {
  incoming: isToImagePage,
  handle: ({ view }) => show(view),
  onError: (reason) => console.warn(reason),
});

let hasView = false;
let root: SizeNode | undefined;
let zoomed: SizeNode | undefined;
let selected: SizeNode | undefined;
let compared = false;
let requirements: readonly ImageRequirement[] = [];

const facts = element("dl", { class: "facts" });
const note = element("div", { class: "note", role: "status" });
const summary = element("p", { class: "summary", role: "status" });
const path = element("nav", { class: "path", "aria-label": t("Displayed part") });
const search = textField(t("Find"), t("Find a package, module or symbol"), () => {
  note.textContent = "";
  redraw();
});
const legend = element("ul", { class: "legend", "aria-label": t("Colors") });
const map = createTreeMap({ select: (node) => select(node, "map"), zoom: (node) => zoom(node) });
const grid = createTreeGrid({
  select: (node) => select(node, "grid"),
  open: (node) => open(node),
  zoom: (node) => zoom(node),
});
const requiredBy = element("p", { class: "reason" });
const compareMenu = element("div");
const zoomOut = iconButton({ label: t("Zoom out (Escape)"), path: icons.out, onClick: () => leave() });
const tools = element(
  "div",
  { class: "tools" },
  zoomOut,
  iconButton({ label: t("Zoom in (Space)"), path: icons.zoom, onClick: () => selected && zoom(selected) }),
  iconButton({
    label: t("Open source (Enter)"),
    path: icons.source,
    onClick: () => selected && open(selected),
  }),
  compareMenu,
  menuButton(t("Export"), icon(icons.save), [
    { label: t("Copy as CSV"), onClick: () => copy(csvText) },
    { label: t("Copy as JSON"), onClick: () => copy(sizeTreeJson) },
    { label: t("Save as SVG…"), onClick: () => void request({ kind: "saveSvg", text: drawing() }) },
  ]),
);
const content = element(
  "div",
  { class: "content" },
  element("div", { class: "bar" }, path, search.element, tools),
  element(
    "div",
    { class: "panes" },
    element("div", { class: "picture" }, map.element, legend),
    element("div", { class: "table" }, grid.element, requiredBy),
  ),
);
const failure = element("p", { class: "failure", role: "alert" });
document.querySelector("#view")?.append(facts, summary, content, failure, note);

/** Sends a request and shows its response, or why it failed. */
async function request(message: FromImagePage): Promise<void> {
  try {
    note.textContent = singleLine(await channel.request(message, string));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    note.textContent = singleLine(t("The action failed: {0}", reason));
  }
}

function show(view: ImageView): void {
  hasView = true;
  for (const part of [summary, content]) part.hidden = view.kind !== "image";
  facts.hidden = view.kind === "failed";
  failure.hidden = view.kind !== "failed";
  failure.textContent = view.kind === "failed" ? view.message : "";
  note.textContent = view.kind === "reading" ? t("Reading the sizes of modules…") : "";
  if (view.kind !== "failed") showFacts(view.facts);
  if (view.kind === "image") showSizes(view);
  else root = undefined;
}

function showFacts(all: readonly ImageFact[]): void {
  facts.replaceChildren(
    ...all.map(({ label, value, hint }) =>
      element(
        "div",
        hint === "" ? {} : { title: hint },
        element("dt", {}, label),
        element("dd", {}, singleLine(value)),
      ),
    ),
  );
}

function showSizes(view: Extract<ImageView, { kind: "image" }>): void {
  compared = view.before !== undefined;
  requirements = view.requirements;
  const kept = { zoomed: zoomed?.key ?? restored.zoomed, selected: selected?.key ?? restored.selected };
  root = sizeTree(view.name, view.parts, view.before?.parts, view.sections);
  zoomed = nodeWithKey(root, kept.zoomed ?? "") ?? root;
  selected = nodeWithKey(root, kept.selected ?? "");
  summary.textContent = view.before
    ? summaryText(root, view.before.title)
    : view.stripped
      ? t("The image has no symbols, so its modules are unknown. Its sections are shown.")
      : "";
  summary.hidden = summary.textContent === "";
  showCompareMenu(view);
  showLegend();
  redraw();
}

function showCompareMenu(view: Extract<ImageView, { kind: "image" }>): void {
  const start = (choice: "lastBuild" | "earlierBuild" | "file" | "nothing") => () =>
    void request({ kind: "compare", with: choice });
  const items = [
    ...(view.earlierBuilds > 0
      ? [{ label: t("Compare with the Previous Build"), onClick: start("lastBuild") }]
      : []),
    ...(view.earlierBuilds > 1
      ? [{ label: t("Compare with an Earlier Build…"), onClick: start("earlierBuild") }]
      : []),
    { label: t("Compare with a File…"), onClick: start("file") },
    ...(view.before ? [{ label: t("Stop Comparing"), onClick: start("nothing") }] : []),
  ];
  compareMenu.replaceChildren(menuButton(t("Compare"), icon(icons.compare), items));
}

function showLegend(): void {
  const entries = compared
    ? [
        ["grown", t("Larger")],
        ["shrunk", t("Smaller")],
        ["none", t("Unchanged")],
      ]
    : Object.entries(partNames);
  legend.replaceChildren(
    ...entries.map(([name = "", text = ""]) =>
      element("li", {}, element("span", { class: `swatch ${name}`, "aria-hidden": "true" }), text),
    ),
  );
}

/** Draws both panes for the current zoom and search. */
function redraw(): void {
  if (!root || !zoomed) return;
  const text = search.value().trim();
  const found = text === "" ? undefined : searchSizeTree(zoomed, text);
  search.setError(found?.matches.length === 0 ? t("Nothing has this text in its name.") : undefined);
  if (found) note.textContent = t("{0} found, {1}", found.matches.length, sizeText(found.bytes));
  map.show(zoomed, compared, found?.lit);
  map.select(selected);
  showReason();
  grid.show(zoomed, compared, found?.included);
  path.replaceChildren(
    ...pathTo(zoomed).map((node) => {
      const name = singleLine(node.name);
      const step = flatButton(t("Show {0}", name), name, () => zoom(node));
      if (node === zoomed) step.setAttribute("aria-current", "true");
      return step;
    }),
  );
  zoomOut.toggleAttribute("disabled", zoomed === root);
  host.saveState({ zoomed: zoomed.key, selected: selected?.key });
}

function select(node: SizeNode, from: "map" | "grid"): void {
  selected = node;
  map.select(node);
  showReason();
  if (from === "map" && node !== zoomed) grid.reveal(node);
  if (zoomed) host.saveState({ zoomed: zoomed.key, selected: node.key });
}

/** Says below the table why the package of the selected part is in the image, if that is known. */
function showReason(): void {
  const owner = selected && pathTo(selected).find(({ kind }) => kind === "package");
  requiredBy.textContent = owner ? singleLine(reasonText(owner.name, requirements)) : "";
}

/** Shows a node alone; one without parts is shown with what contains it. */
function zoom(node: SizeNode): void {
  const target = node.children.length > 0 ? node : node.parent;
  if (!target) return;
  zoomed = target;
  redraw();
  if (selected && selected !== target && pathTo(selected).includes(target)) grid.reveal(selected);
}

function leave(): void {
  if (!zoomed?.parent) return;
  const left = zoomed;
  zoomed = zoomed.parent;
  selected = left;
  redraw();
  grid.reveal(left);
}

/** Opens the source of a module or symbol; zooms into everything else. */
function open(node: SizeNode): void {
  if (node.origin) void request({ kind: "openSource", ...node.origin });
  else zoom(node);
}

function copy(textOf: (node: SizeNode, isCompared: boolean) => string): void {
  if (zoomed) void request({ kind: "copy", text: textOf(zoomed, compared) });
}

/** The treemap in the colours of the theme. */
function drawing(): string {
  const sample = element("span", { hidden: "" });
  document.body.append(sample);
  const styles = getComputedStyle(document.body);
  const colours = new Map<string, string>();
  const fill = (name: string): string => {
    sample.className = `swatch ${name}`;
    const found = colours.get(name) ?? getComputedStyle(sample).backgroundColor;
    colours.set(name, found);
    return found;
  };
  const text = treemapSvg(map.boxes(), {
    fill: (box) => fill(map.classOf(box)),
    label: (box) => map.labelOf(box),
    paper: styles.backgroundColor,
    ink: styles.color,
    font: styles.fontFamily,
  });
  sample.remove();
  return text;
}

/** Requests the view, a second time if it was sent to an earlier page of this panel. */
async function load(): Promise<void> {
  await channel.request({ kind: "loaded" }, string);
  if (!hasView) await channel.request({ kind: "loaded" }, string);
}

onFind(() => search.focus());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (search.hasFocus() && search.value() !== "") {
    search.set("");
    note.textContent = "";
    redraw();
  } else leave();
});
load().catch((error: unknown) => console.warn(String(error)));
