import type { Application, ConfigSource, MainCall } from "../mirage/config/dslCalls.ts";
import { insertionPoint, type Edit } from "../mirage/config/mismatchFixes.ts";
import { moduleAt } from "../ocaml/functors.ts";
import { t } from "../protocol/l10n.ts";
import {
  freeBinding,
  impossible,
  itemBefore,
  mainOf,
  qualified,
  type Addition,
  type UnikernelTexts,
} from "./addDevice.ts";

/** What a unikernel can send over the network about itself: combinators of mirage 4.9 and later. */
export type Sender = "syslog_udp" | "syslog_tcp" | "monitoring";

/**
 * Computes the edits that add a sender to a unikernel, on its network stack or on a new one. Monitoring becomes a job of
 * its own. Syslog becomes a dependency of `main` (`~deps`), so that it is set up before `start` runs, which gets a
 * parameter for it; if the stack is bound below `main`, the binding of `main` moves below it. Returns the reason if the
 * text is not understood well enough.
 */
export function addSender(texts: UnikernelTexts, sender: Sender): Addition {
  const { read, text } = texts.config;
  const found = mainOf(read);
  if (!found) return impossible(t("config.ml has no call of main that is passed to register."));
  const isSyslog = sender !== "monitoring";
  const present = isSyslog ? /^syslog_(udp|tcp|tls)$/ : /^monitoring$/;
  if (read.words.some(({ name }) => present.test(name)))
    return impossible(t("config.ml already has {0}.", isSyslog ? "syslog" : sender));
  const stack = stackOf(read, found);
  if (!stack) return impossible(t("Bind the network stack to a name in config.ml first."));
  const place = { text, read, ...found };
  const name = freeBinding(isSyslog ? "syslog" : "monitor", read.bound);
  const binding = `${stack.binding}let ${name} = ${qualified(`${sender} STACK`, read.bound).replace("STACK", stack.name)}\n`;
  return isSyslog ? addSyslog(texts, place, binding, name) : addMonitoring(place, binding, name);
}

interface Place {
  readonly text: string;
  readonly read: ConfigSource;
  readonly main: MainCall;
  readonly application: Application;
}

/** The name of the network stack, and the `let` of a new one; undefined if there is one without a name. */
function stackOf(
  read: ConfigSource,
  { main, application }: { readonly main: MainCall; readonly application: Application },
): { readonly name: string; readonly binding: string } | undefined {
  const at = main.parameters?.findIndex(({ name }) => name === "stackv4v6") ?? -1;
  const bound = [...read.calls].find(([, called]) => /^(generic|direct|socket)_stackv4v6$/.test(called))?.[0];
  const name = (at >= 0 ? application.arguments[at]?.name : undefined) ?? bound;
  if (name !== undefined) return { name, binding: "" };
  if (at >= 0 || read.words.some((word) => word.name.endsWith("stackv4v6"))) return undefined;
  const added = freeBinding("stack", read.bound);
  const [net = "default_network"] = [...read.aliases].find(([, { of }]) => of === "default_network") ?? [];
  const expression = qualified("generic_stackv4v6 NET", read.bound).replace("NET", net);
  return { name: added, binding: `let ${added} = ${expression}\n` };
}

/** Before the other jobs, since `main` may run for ever before it yields. */
function addMonitoring({ text, main, application }: Place, binding: string, name: string): Addition {
  const job = application.span.start;
  return {
    kind: "edits",
    module: main.module.value.split(".")[0] ?? "",
    edits: [
      { file: "config", span: insertionPoint(itemBefore(text, job)), text: binding },
      { file: "config", span: insertionPoint(job), text: `${name}; ` },
    ],
  };
}

function addSyslog(texts: UnikernelTexts, place: Place, binding: string, name: string): Addition {
  const { read, main } = place;
  const [file = "", ...path] = main.module.value.split(".");
  const opened = texts.source(file);
  const module = opened && moduleAt(opened.read, path);
  const start = module?.start;
  const deps = main.labels.get("deps");
  const before = deps ? deps.elements?.length : 0;
  if (!main.parameters || before === undefined)
    return impossible(t("The type or ~deps of main isn't written in the call. Write it there first."));
  // Without a device and a dependency, mirage passes () to start, which is the value of the dependency too.
  const given = main.parameters.length + before;
  const source: Edit[] = [];
  if (given > 0) {
    if (!start || start.further > 0 || start.parameters.length < given)
      return impossible(t("Can't add a parameter to the start function of {0}.", main.module.value));
    const next = start.parameters[given];
    const at = next ? next.span.start : start.insertAt;
    source.push({ file: "source", span: insertionPoint(at), text: next ? `_${name} ` : ` _${name}` });
  }
  const last = deps?.elements?.at(-1);
  const dep = `${qualified("dep", read.bound)} ${name}`;
  const dependency = last
    ? { at: last.end, text: `; ${dep}` }
    : deps?.value
      ? { at: deps.value.start + 1, text: ` ${dep} ` }
      : { at: main.word.end, text: ` ~deps:[ ${dep} ]` };
  const config = configEdits(place, binding, dependency);
  if (!config)
    return impossible(t("The network stack is bound below main in config.ml. Move it above main first."));
  return { kind: "edits", module: file, edits: [...config, ...source] };
}

/**
 * The binding before `main`, and the dependency in its call. If the stack is bound below `main`, moves the item of `main`
 * below it; undefined if something between them uses `main` or binds a name that `main` uses.
 */
function configEdits(
  { text, read, main, application }: Place,
  binding: string,
  dependency: { readonly at: number; readonly text: string },
): readonly Edit[] | undefined {
  const start = itemBefore(text, main.word.start);
  const names = binding.match(/[a-z_]\w*/g) ?? [];
  const isBelow = names.some((name) => (read.bound.get(name) ?? -1) > start);
  if (!isBelow)
    return [
      { file: "config", span: insertionPoint(start), text: binding },
      { file: "config", span: insertionPoint(dependency.at), text: dependency.text },
    ];
  const target = itemBefore(text, application.span.start);
  const end =
    start + 1 + text.slice(start + 1).search(/^(?:let|and|open|module|type|exception|include|\(\*)/m);
  if (target <= start || end <= start || text.startsWith("and", end)) return undefined;
  const between = read.words.filter(({ span }) => span.start >= end && span.start < target);
  const used = new Set(
    read.words.filter(({ span }) => span.start >= start && span.start < end).map(({ name }) => name),
  );
  const isUsed = between.some(({ name }) => name === main.binding);
  const isHidden = [...read.bound].some(([name, at]) => at >= end && at < target && used.has(name));
  if (isUsed || isHidden || main.binding === undefined) return undefined;
  const moved = `${text.slice(start, dependency.at)}${dependency.text}${text.slice(dependency.at, end)}`;
  return [
    { file: "config", span: { start, end }, text: "" },
    { file: "config", span: insertionPoint(target), text: `${binding}${moved.trimEnd()}\n` },
  ];
}
