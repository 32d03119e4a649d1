import { t } from "../extension/platform/l10n.ts";

/** A device or combinator of the Mirage DSL in our own words. */
export interface Combinator {
  /** Its type as in `lib/mirage.mli` of mirage 4.11, without `?pos`. */
  readonly type: string;
  readonly documentation: string;
  /** What it becomes: where, and the OCaml module. */
  readonly becomes: readonly (readonly [where: string, module: string])[];
  /** Options of `mirage configure` and boot arguments that it adds. */
  readonly keys: readonly string[];
  /** opam packages that it brings. */
  readonly packages: readonly string[];
  /** What is written for it where it is completed, with the stops of a snippet. */
  readonly snippet: string | undefined;
}

type Options = Partial<Pick<Combinator, "becomes" | "keys" | "packages" | "snippet">>;

/** An entry of the table. */
export const entry = (type: string, documentation: string, options: Options = {}): Combinator => ({
  type,
  documentation,
  becomes: [],
  keys: [],
  packages: [],
  snippet: undefined,
  ...options,
});

/** The same module whatever the target. */
export const everywhere = (module: string): Combinator["becomes"] => [[t("every target"), module]];
