import { t } from "../protocol/l10n.ts";

/** Documentation of a device or combinator of the Mirage DSL. */
export interface Combinator {
  /** Its type as in `lib/mirage.mli` of mirage 4.11, without `?pos`. */
  readonly type: string;
  readonly documentation: string;
  /** The OCaml module that it becomes, for each group of targets and options. */
  readonly becomes: readonly (readonly [where: string, module: string])[];
  /** Options of `mirage configure` and boot arguments that it defines. */
  readonly keys: readonly string[];
  /** opam packages that it adds. */
  readonly packages: readonly string[];
  /** The snippet that completion inserts; undefined to insert the name. */
  readonly snippet: string | undefined;
}

type Options = Partial<Pick<Combinator, "becomes" | "keys" | "packages" | "snippet">>;

/** Creates an entry of the table. */
export const combinatorEntry = (type: string, documentation: string, options: Options = {}): Combinator => ({
  type,
  documentation,
  becomes: [],
  keys: [],
  packages: [],
  snippet: undefined,
  ...options,
});

/** The same module for all targets. */
export const sameOnAllTargets = (module: string): Combinator["becomes"] => [[t("all targets"), module]];
