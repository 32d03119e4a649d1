import { checkbox, dropdown, flatButton, textField } from "../../kit/controls.ts";
import { element } from "../../kit/dom.ts";
import type { ConfigurationView, OptionView, GraphPanelContent } from "../../../extension/protocol/graph.ts";
import { optionArgument, withOption } from "../model/options.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The controls of one configuration: its target, and its options in a form that opens like a menu. */
export interface ConfigurationBar {
  readonly element: HTMLElement;
  /** The form with the options, which covers what is below the bar while it is open. */
  readonly form: HTMLElement;
  readonly show: (picture: GraphPanelContent, configuration: ConfigurationView) => void;
  /** Calls the listener each time the user opens the list of targets. */
  readonly onTargetsOpened: (listener: () => void) => void;
}

/** An evaluation takes seconds, so it does not start with each letter. */
const typingDelayMs = 500;

/** `name` is appended to the labels; `change` receives the configuration that the user selects. */
export function createConfigurationBar(
  name: string,
  change: (next: ConfigurationView) => void,
): ConfigurationBar {
  let now: ConfigurationView = { target: "", options: [], evaluate: true };
  let shownOptions: string | undefined;
  const set = (next: Partial<ConfigurationView>): void => {
    now = { ...now, ...next };
    showCount();
    change(now);
  };

  const targets = dropdown(t("Target{0}", name), (target) => set({ target }));
  targets.element.classList.add("targets");
  const count = element("span", { class: "count" });
  const form = element("div", {
    class: "options",
    role: "group",
    "aria-label": t("Options{0}", name),
    hidden: "",
  });
  const openForm = (open: boolean): void => {
    form.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  };
  const opener = flatButton(
    t("Options of config.ml{0}", name),
    element("div", { class: "chip" }, t("Options"), count),
    () => openForm(form.hidden === true),
  );
  openForm(false);
  const leave = (event: Event): void => {
    const inside =
      event.target instanceof Node && (form.contains(event.target) || opener.contains(event.target));
    if (!form.hidden && !inside) openForm(false);
  };
  document.addEventListener("pointerdown", leave);
  document.addEventListener("focusin", leave);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openForm(false);
    opener.focus();
    event.stopPropagation();
  });
  const branches = checkbox(
    t("Show every branch"),
    t("Show all modules that config.ml can choose from, not only those of this target and these options"),
    (on) => set({ evaluate: !on }),
  );
  const branchesRow = element("div", { class: "option branches" }, branches.element);
  let controls: readonly ((options: readonly string[]) => void)[] = [];

  const showCount = (): void => {
    const chosen = now.options.length + (now.evaluate ? 0 : 1);
    count.textContent = chosen === 0 ? "" : String(chosen);
  };

  return {
    element: element(
      "div",
      { class: "group strip", role: "group", "aria-label": t("Configuration{0}", name) },
      targets.element,
      opener,
    ),
    form,
    onTargetsOpened: (listener) => {
      targets.element.addEventListener("pointerdown", listener);
      targets.element.addEventListener("keydown", ({ key }) => {
        if (key === "Enter" || key === " " || key.startsWith("Arrow")) listener();
      });
    },
    show: (picture, configuration) => {
      now = configuration;
      const listed = picture.targets.some(({ name: each }) => each === configuration.target);
      const all = listed ? picture.targets : [{ name: configuration.target, note: "" }, ...picture.targets];
      targets.set(
        all.map(({ name: each, note }) => ({
          value: each,
          text: note === "" ? each : `${each} \u2013 ${note}`,
        })),
        configuration.target,
      );
      branches.set(!configuration.evaluate);
      const next = JSON.stringify(picture.options);
      if (next !== shownOptions) {
        shownOptions = next;
        const made = picture.options.map((option) =>
          control(option, (value) => set({ options: withOption(now.options, option, value) })),
        );
        form.replaceChildren(...made.map((each) => each.element), branchesRow);
        controls = made.map((each) => each.show);
      }
      for (const show of controls) show(configuration.options);
      showCount();
    },
  };
}

interface Control {
  readonly element: HTMLElement;
  readonly show: (options: readonly string[]) => void;
}

function control(option: OptionView, set: (value: string | undefined) => void): Control {
  const label = element("span", { class: "label" }, option.name);
  const row = (made: HTMLElement): HTMLElement =>
    element("div", { class: `option ${option.kind}`, title: option.documentation }, made);
  if (option.kind === "flag") {
    const made = checkbox(option.name, option.documentation, (on) => set(on ? "" : undefined));
    return {
      element: row(made.element),
      show: (options) => made.set(optionArgument(options, option) !== undefined),
    };
  }
  if (option.kind === "choice") {
    const made = dropdown(option.name, (value) => set(value === "" ? undefined : value));
    const none = {
      value: "",
      text: option.initial === "" ? t("not set") : t("{0} (default)", option.initial),
    };
    const choices = [none, ...option.values.map((value) => ({ value, text: value }))];
    const host = row(element("div", { class: "labelled" }, label, made.element));
    return { element: host, show: (options) => made.set(choices, optionArgument(options, option) ?? "") };
  }
  let timer = 0;
  const made = textField(option.name, option.initial, () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => set(made.value() === "" ? undefined : made.value()), typingDelayMs);
  });
  return {
    element: row(element("div", { class: "labelled" }, label, made.element)),
    show: (options) => {
      // Do not overwrite what the user is typing with the value in an older picture.
      if (!made.hasFocus()) made.set(optionArgument(options, option) ?? "");
    },
  };
}
