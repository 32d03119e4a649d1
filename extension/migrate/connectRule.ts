import type { Expression } from "../ocaml/ast.ts";
import { readCalls, resultsOf } from "./configCalls.ts";
import type { TextEdit } from "./editedText.ts";
import type { Rule } from "./project.ts";

const formatters: ReadonlySet<string> = new Set([
  "Fmt.str",
  "Fmt.strf",
  "Printf.sprintf",
  "Format.sprintf",
  "Format.asprintf",
  "sprintf",
]);

/**
 * Since mirage 4.5, the `~connect` of a device returns `code ~pos:__POS__ "…"` where it returned a string, so
 * that errors in the code point to config.ml.
 */
export const connectCode: Rule = {
  since: "4.5.0",
  apply: ({ config }) => {
    const { calls, bindings } = readCalls(config.text);
    const functions = calls.flatMap(({ name, call }): Expression[] => {
      const connect = name === "impl" ? call.arguments.find(({ label }) => label === "connect") : undefined;
      if (!connect) return [];
      const connector = connect.term.kind === "name" ? connect.term.name : undefined;
      if (connector === undefined) return [connect.term];
      const binding = bindings.findLast(
        (each) => each.name === connector && each.span.start < call.span.start,
      );
      return binding ? [binding.value] : [];
    });
    const places = new Map<number, TextEdit>();
    for (const term of functions)
      if (term.kind === "function")
        for (const result of resultsOf(term)) {
          const edit = codeEdit(config.text, result);
          if (edit) places.set(edit.span.start, edit);
        }
    config.apply([...places.values()]);
  },
};

function codeEdit(text: string, result: Expression): TextEdit | undefined {
  const { start, end } = result.span;
  if (result.kind === "text") {
    const literal = text.slice(start, end);
    // What was a plain string is a format now.
    const format = literal.replaceAll("%", "%%");
    return { span: { start, end }, text: `code ~pos:__POS__ ${format}` };
  }
  if (result.kind !== "call" || result.function.kind !== "name" || !formatters.has(result.function.name))
    return undefined;
  return { span: result.function.span, text: "code ~pos:__POS__" };
}
