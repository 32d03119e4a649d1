import { readConfigSource } from "../mirage/config/parseConfig.ts";
import { readBrackets, type Span } from "../ocaml/brackets.ts";

/** A `package` of config.ml. */
export interface ConfigPackage {
  readonly name: string;
  readonly sublibs: readonly string[];
  /** The name between its quotes. */
  readonly nameSpan: Span;
  /** From `package` to the end of its last argument. */
  readonly span: Span;
  /** Whether it says more than that the package is needed: its versions, or that it is for the build only. */
  readonly isBounded: boolean;
  /** `~pin`, if its value is a string or a name that is bound to one. Its URL can contain credentials. */
  readonly pin: { readonly url: string; readonly span: Span } | undefined;
}

/** Reads the packages that a config.ml names. Linear in the length of the text. */
export function readConfigPackages(text: string): ConfigPackage[] {
  const { packages } = readConfigSource(text);
  const strings = boundStrings(text);
  return packages.map(({ name, sublibs, span, labels }) => {
    const label = labels.get("pin");
    const written = label?.value ? text.slice(label.value.start, label.value.end) : "pin";
    const literal = /^"([^"\\]*)"$/.exec(written)?.[1];
    const url =
      label && (literal ?? strings.findLast((each) => each.name === written && each.end < span.start)?.value);
    const pin = label && url !== undefined ? { url, span: label.span } : undefined;
    const isBounded = ["min", "max", "build"].some((each) => labels.has(each));
    return { name: name.value, sublibs, nameSpan: name.span, span, isBounded, pin };
  });
}

/** `let NAME = "…"`, in the order of the text. */
function boundStrings(text: string): { name: string; value: string; end: number }[] {
  const { tokens, is } = readBrackets(text);
  return tokens.flatMap(({ text: name, kind }, at) => {
    const value = tokens[at + 2];
    const isBinding = kind === "name" && (is(at - 1, "let") || is(at - 1, "and")) && is(at + 1, "=");
    if (!isBinding || value?.kind !== "string") return [];
    // `"a" ^ b` is not known.
    if (is(at + 3, "^")) return [];
    return [{ name, value: value.text, end: value.end }];
  });
}
