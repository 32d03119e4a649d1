import { appliesMain } from "../../mirage/config/parseConfig.ts";
import type { Application, MainCall } from "../../mirage/config/dslCalls.ts";
import type { Span } from "../../ocaml/brackets.ts";
import { applicationOf } from "../../mirage/config/parseConfig.ts";
import { readApplications, readCalls } from "../configCalls.ts";
import type { TextEdit } from "../editedText.ts";

/** One argument of `functor $ argument`. */
export interface AppliedArgument {
  /** The name, if the argument is one. */
  readonly name: string | undefined;
  /** Offset at which what is before the argument ends: the functor, or another argument. */
  readonly before: number;
  readonly end: number;
}

/** A type `a @-> b @-> c` of a functor. */
interface FunctorType {
  readonly parameters: readonly { readonly span: Span }[];
  /** With its parentheses. */
  readonly type: Span | undefined;
  /** Offset of what the functor returns. */
  readonly result: number;
}

/**
 * The arguments of a `main` at each place that applies it: in the list of `register`, in a binding such as
 * `let app = main $ stack`, or in two steps, where `app $ disk` follows.
 */
export function appliedArguments(text: string, main: MainCall): AppliedArgument[][] {
  const { bindings } = readCalls(text);
  const all = readApplications(text);
  const argumentsOf = (application: Application, depth: number): AppliedArgument[] | undefined => {
    const own = application.arguments.map(({ name, span }, place) => ({
      name,
      before: (application.arguments[place - 1] ?? application.functor).span.end,
      end: span.end,
    }));
    if (appliesMain(application, main)) return own;
    const { name } = application.functor;
    const bound = bindings.findLast(
      (each) => each.name === name && each.span.end <= application.functor.span.start,
    );
    if (name === undefined || bound?.value.kind !== "apply" || depth === 0) return undefined;
    const first = argumentsOf(applicationOf(bound.value), depth - 1);
    return first && [...first, ...own];
  };
  /** Whether another application adds arguments to this one. */
  const isStep = ({ span }: Application): boolean => {
    const { name } = bindings.find(({ value }) => (value.outer ?? value.span).start === span.start) ?? {};
    return (
      name !== undefined &&
      all.some(
        ({ functor, arguments: given }) =>
          given.length > 0 && functor.name === name && functor.span.start > span.end,
      )
    );
  };
  return all
    .filter((each) => !isStep(each))
    .flatMap((each) => {
      const given = argumentsOf(each, 10);
      return given ? [given] : [];
    });
}

/**
 * The edits that remove parameters of a functor from its type and its applications. Undefined if one of these has
 * another number of arguments: config.ml would not compile any more.
 */
export function removalEdits(
  text: string,
  { parameters, type, result }: FunctorType,
  applied: readonly (readonly AppliedArgument[])[],
  removed: readonly number[],
): TextEdit[] | undefined {
  if (applied.length === 0 || applied.some((given) => given.length !== parameters.length)) return undefined;
  const edits: TextEdit[] = [];
  for (const run of runsOf(removed)) {
    const start = parameters[run.first]?.span.start ?? 0;
    edits.push({ span: { start, end: parameters[run.last + 1]?.span.start ?? result }, text: "" });
  }
  // `(job)` needs no parentheses.
  if (type && removed.length === parameters.length && text[type.start] === "(")
    edits.splice(0, edits.length, { span: type, text: text.slice(result, type.end - 1).trim() });
  const places = new Map(
    applied.flatMap((given) =>
      removed.flatMap((place) => {
        const argument = given[place];
        return argument ? [[argument.before, argument.end] as const] : [];
      }),
    ),
  );
  edits.push(...[...places].map(([start, end]) => ({ span: { start, end }, text: "" })));
  return edits;
}

/** Neighbours among sorted numbers, so that their edits do not touch. */
function runsOf(places: readonly number[]): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run?.last === place - 1) run.last = place;
    else runs.push({ first: place, last: place });
  }
  return runs;
}
