import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import type { ConfigSource } from "../../mirage/config/dslCalls.ts";
import type { Argument, Binding, Expression } from "../../ocaml/ast.ts";
import { readBrackets, spanContains, type Span } from "../../ocaml/brackets.ts";
import { readApplications, readCalls, type NamedCall } from "../configCalls.ts";
import type { TextEdit } from "../editedText.ts";
import { removalEdits, type AppliedArgument } from "./functorArguments.ts";
import type { MigratedProject } from "../project.ts";
import { removedCombinators, removedPlaces, type MainType } from "./removedDevices.ts";

/**
 * Removes console, time, clocks and random from devices that config.ml defines with `impl`: from the type,
 * from the arguments and from the lists that `~connect` takes apart. A device whose `~connect` uses one of
 * them does not change.
 */
export function removeFromOwnDevices(project: MigratedProject): void {
  const { config } = project;
  for (let i = 0; ; i++) {
    const source = readConfigSource(config.text);
    const { calls, bindings } = readCalls(config.text);
    const call = calls.filter(({ name }) => name === "impl")[i];
    if (!call) return;
    const device = deviceOf(source, call, bindings);
    const edits = device ? deviceEdits(project, source, device) : undefined;
    if (edits) config.apply(edits);
  }
}

/** A device that `impl` defines. */
interface OwnDevice extends MainType {
  /** The name of the value or function that returns it. */
  readonly name: string;
  readonly span: Span;
  readonly result: number;
  readonly type: Span;
  /** The function of `~connect`, if the text has it. */
  readonly connect: Expression | undefined;
}

function deviceOf(
  source: ConfigSource,
  { call, positional: [module, type] }: NamedCall,
  bindings: readonly Binding[],
): OwnDevice | undefined {
  const around = bindings.filter(({ span }) => spanContains(span, call.span));
  // The outermost one: inner ones are those of `~connect` and the like.
  const name = around[0]?.name;
  const operands = type?.kind === "arrow" ? type.operands : [];
  const result = operands.at(-1);
  if (module?.kind !== "text" || !type || name === undefined || !result) return undefined;
  const parameters = operands.slice(0, -1).map((each) => {
    const typeName = each.kind === "name" ? each.name : undefined;
    const bound = typeName === undefined ? undefined : source.bound.get(typeName);
    return {
      name: typeName,
      span: each.outer ?? each.span,
      isLocal: bound !== undefined && bound <= each.span.start,
    };
  });
  const label = call.arguments.find((each: Argument) => each.label === "connect");
  const named = label?.term.kind === "name" ? label.term.name : undefined;
  const connect =
    named === undefined
      ? label?.term
      : bindings.findLast((each) => each.name === named && each.span.start < call.span.start)?.value;
  return {
    name,
    span: call.span,
    module: module.value,
    parameters,
    result: (result.outer ?? result.span).start,
    type: type.outer ?? type.span,
    connect,
  };
}

function deviceEdits(
  project: MigratedProject,
  source: ConfigSource,
  device: OwnDevice,
): TextEdit[] | undefined {
  const { text } = project.config;
  const removed = removedPlaces(project, device);
  if (removed.length === 0) return undefined;
  const applied = readApplications(text)
    .filter(({ functor, arguments: given }) => {
      const word = /^[\w']+/.exec(text.slice(functor.span.start, functor.span.end))?.[0];
      return word === device.name && functor.span.start > device.span.end && given.length > 0;
    })
    .map(({ functor, arguments: given }) =>
      given.map(({ name, span }, place): AppliedArgument => ({
        name,
        before: (given[place - 1] ?? functor).span.end,
        end: span.end,
      })),
    );
  const isRemoved = (name: string | undefined): boolean =>
    name !== undefined &&
    (removedCombinators.has(name) || removedCombinators.has(source.aliases.get(name)?.of ?? ""));
  if (!applied.every((given) => removed.every((place) => isRemoved(given[place]?.name)))) return undefined;
  const inConnect = device.connect ? connectEdits(text, device.connect.span, device, removed) : [];
  const others = removalEdits(text, device, applied, removed);
  return inConnect && others ? [...inConnect, ...others] : undefined;
}

/**
 * The edits of the patterns `[ a; b ]` of a `~connect`, which has the device's arguments first. Undefined if it
 * uses a removed one.
 */
function connectEdits(
  text: string,
  span: Span,
  { parameters }: MainType,
  removed: readonly number[],
): TextEdit[] | undefined {
  const { tokens, is, closing, after } = readBrackets(text);
  const edits: TextEdit[] = [];
  for (const [open, { start }] of tokens.entries()) {
    const close = closing(open);
    if (
      start < span.start ||
      start >= span.end ||
      !is(open, "[") ||
      close === undefined ||
      !(is(close + 1, "-") && is(close + 2, ">"))
    )
      continue;
    const elements: { first: number; next: number }[] = [];
    for (let at = open + 1, first = at; at <= close; at = after(at))
      if (is(at, ";") || at === close) {
        if (at > first) elements.push({ first, next: at });
        first = at + 1;
      }
    if (elements.length < parameters.length) continue;
    for (const place of removed) {
      const { first = 0, next = 0 } = elements[place] ?? {};
      const name = tokens[first];
      const isUsed = tokens.some(
        (token, at) =>
          at > close &&
          token.start < span.end &&
          token.kind === "name" &&
          token.text === name?.text &&
          name.text !== "_",
      );
      if (!name || next !== first + 1 || isUsed) return undefined;
      const end = tokens[is(next, ";") ? next + 1 : next]?.start;
      if (end !== undefined) edits.push({ span: { start: name.start, end }, text: "" });
    }
  }
  return edits;
}
