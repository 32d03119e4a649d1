import { typeReader } from "./typeReader.ts";
import type { OcamlType } from "./typeTree.ts";

export type { OcamlType, PolymorphicTag } from "./typeTree.ts";

/** Parses a printed type expression. Returns undefined for text that is not one. Never throws. */
export function parseType(text: string): OcamlType | undefined {
  const reader = typeReader(text);
  const type = reader.type();
  return reader.at === reader.tokens.length ? type : undefined;
}

/**
 * Prints a type as OCaml does, on one line. `variable` prints a type variable; by default with its quote.
 */
export function printType(
  type: OcamlType,
  variable: (name: string, level: PrintLevel) => string = (name) => (name === "_" ? "_" : `'${name}`),
): string {
  return printAt(type, "any", variable);
}

/** What a type is part of, and therefore when it is in parentheses. */
export type PrintLevel = "any" | "parameter" | "item" | "argument";

function printAt(
  type: OcamlType,
  level: PrintLevel,
  variable: (name: string, level: PrintLevel) => string,
): string {
  const print = (part: OcamlType, at: PrintLevel) => printAt(part, at, variable);
  const bracketed = (text: string, simple: boolean) => (simple ? text : `(${text})`);
  switch (type.kind) {
    case "variable":
      return variable(type.name, level);
    case "constructor": {
      const [first] = type.arguments;
      if (!first) return type.path;
      if (type.arguments.length === 1) return `${print(first, "argument")} ${type.path}`;
      return `(${type.arguments.map((each) => print(each, "any")).join(", ")}) ${type.path}`;
    }
    case "tuple": {
      const items = type.items.map((each, index) => {
        const label = type.labels[index] ?? "";
        return `${label === "" ? "" : `${label}:`}${print(each, "item")}`;
      });
      return bracketed(items.join(" * "), level === "any" || level === "parameter");
    }
    case "function": {
      const label = type.label === "" ? "" : `${type.label}:`;
      return bracketed(
        `${label}${print(type.from, "parameter")} -> ${print(type.to, "any")}`,
        level === "any",
      );
    }
    case "polymorphicVariant": {
      const tags = type.tags.map(
        ({ name, argument }) => `\`${name}${argument ? ` of ${print(argument, "any")}` : ""}`,
      );
      return `[ ${[...type.included.map((each) => print(each, "any")), ...tags].join(" | ")} ]`;
    }
    case "object":
    case "module":
      return type.text;
    case "alias":
      return bracketed(`${print(type.type, "any")} as '${type.name}`, level === "any");
  }
}
