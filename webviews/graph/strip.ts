import { checkbox, dropdown, textField, toggle } from "../kit/controls.ts";
import { element } from "../kit/dom.ts";
import type { ConfigurationView, OptionView, Picture } from "./messages.ts";
import { valueOf, withOption } from "./options.ts";
import { t } from "../../extension/platform/l10n.ts";

/** Controls of one configuration: target, options, evaluation. */
export interface Strip {
  readonly element: HTMLElement;
  /** The form of the options, to be placed below; hidden until it is wanted. */
  readonly form: HTMLElement;
  readonly show: (picture: Picture, configuration: ConfigurationView) => void;
}

const typingMs = 500;

/** `change` is told the configuration that the user wants. */
export function createStrip(name: string, change: (next: ConfigurationView) => void): Strip {
  let now: ConfigurationView = { target: "", options: [], evaluate: true };
  let known = "";
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
  const opener = toggle(
    t("Options of config.ml{0}", name),
    element("div", { class: "chip" }, t("Options"), count),
    (on) => {
      form.hidden = !on;
      opener.set(on);
    },
  );
  const evaluate = checkbox(t("Evaluate"), t("Off: shows every branch of each choice"), (on) =>
    set({ evaluate: on }),
  );
  let controls: readonly ((options: readonly string[]) => void)[] = [];

  const showCount = (): void => {
    count.textContent = now.options.length === 0 ? "" : String(now.options.length);
  };

  return {
    element: element(
      "div",
      { class: "group strip", role: "group", "aria-label": t("Configuration{0}", name) },
      targets.element,
      opener.element,
      evaluate.element,
    ),
    form,
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
      evaluate.set(configuration.evaluate);
      opener.element.hidden = picture.options.length === 0;
      if (picture.options.length === 0) form.hidden = true;
      const next = JSON.stringify(picture.options);
      if (next !== known) {
        known = next;
        const made = picture.options.map((option) =>
          control(option, (wish) => set({ options: withOption(now.options, option, wish) })),
        );
        form.replaceChildren(...made.map((each) => each.element));
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
      show: (options) => made.set(valueOf(options, option) !== undefined),
    };
  }
  if (option.kind === "choice") {
    const made = dropdown(option.name, (value) => set(value === "" ? undefined : value));
    const none = {
      value: "",
      text: option.initial === "" ? t("not set") : t("{0} (as it is)", option.initial),
    };
    const choices = [none, ...option.values.map((value) => ({ value, text: value }))];
    const host = row(element("div", { class: "labelled" }, label, made.element));
    return { element: host, show: (options) => made.set(choices, valueOf(options, option) ?? "") };
  }
  let timer = 0;
  const made = textField(option.name, option.initial, () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => set(made.value() === "" ? undefined : made.value()), typingMs);
  });
  return {
    element: row(element("div", { class: "labelled" }, label, made.element)),
    show: (options) => {
      // What is being typed is not taken away by a picture of what was typed before.
      if (document.activeElement !== made.element) made.set(valueOf(options, option) ?? "");
    },
  };
}
