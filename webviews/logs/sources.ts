import type { Filter } from "./messages.ts";

type Sources = Pick<Filter, "sources" | "hiddenSources">;

/** Every source, also those that come later. */
export const allSources: Sources = { sources: undefined, hiddenSources: [] };

/** Whether records of a source pass. */
export function isShown({ sources, hiddenSources }: Sources, name: string): boolean {
  return sources === undefined ? !hiddenSources.includes(name) : sources.includes(name);
}

/** The filter with a source shown or hidden; when none is left of the chosen ones, all are shown. */
export function withSource({ sources, hiddenSources }: Sources, name: string, shown: boolean): Sources {
  if (sources === undefined) {
    const others = hiddenSources.filter((each) => each !== name);
    return { sources, hiddenSources: shown ? others : [...others, name] };
  }
  const others = sources.filter((each) => each !== name);
  const next = shown ? [...others, name] : others;
  return next.length === 0 ? allSources : { sources: next, hiddenSources: [] };
}

/** Only this source. */
export function onlySource(name: string): Sources {
  return { sources: [name], hiddenSources: [] };
}
