import type { ConfigSource } from "./configSource.ts";
import { readBrackets, type Span } from "./tokens.ts";
import { moduleAt, type SourceModule } from "./unikernelSource.ts";

/** What the text in `main "Unikernel.Main"` names. */
export interface Target {
  /** `Unikernel.Main` */
  readonly path: string;
  /** The module that is a file. */
  readonly file: string;
  /** The last name of the path. */
  readonly name: string;
  /** The whole path in config.ml, without the quotes. */
  readonly call: Span;
  /** The last name in config.ml. */
  readonly lastName: Span;
  /** The module's name in its file; undefined for the file itself and where it is not seen. */
  readonly module: Span | undefined;
}

/** What each `main` of config.ml names; `source` gives a file by its module's name. */
export function targets(
  config: ConfigSource,
  source: (module: string) => SourceModule | undefined,
): Target[] {
  return config.mains.map(({ module: { value, span } }) => {
    const [file = "", ...path] = value.split(".");
    const name = path.at(-1) ?? file;
    const found = source(file);
    const module = found && path.length > 0 ? moduleAt(found, path) : undefined;
    return {
      path: value,
      file,
      name,
      call: span,
      lastName: { start: span.end - name.length, end: span.end },
      module: module?.nameSpan,
    };
  });
}

/** Where the target's name stands: in every `main` that names it, at its definition, and where its own file uses it. */
export function renamed(
  all: readonly Target[],
  target: Target,
  source: string,
): { readonly file: "config" | "source"; readonly span: Span }[] {
  const calls = all.filter(({ path }) => path === target.path);
  const { tokens, is } = readBrackets(source);
  const uses = tokens.flatMap((token, at) => {
    const same =
      token.kind === "name" && token.text === target.name && token.start > (target.module?.start ?? 0);
    // Behind a definition of the same name it would be another module.
    const used =
      same &&
      !is(at - 1, ".") &&
      !is(at - 1, "module") &&
      (is(at + 1, ".") || is(at - 1, "open") || is(at - 1, "include"));
    return used ? [{ file: "source" as const, span: { start: token.start, end: token.end } }] : [];
  });
  const definition = target.module ? [{ file: "source" as const, span: target.module }] : [];
  return [
    ...calls.map(({ lastName }) => ({ file: "config" as const, span: lastName })),
    ...definition,
    ...uses,
  ];
}
