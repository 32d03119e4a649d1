import type { RecordFilter } from "../../extension/protocol/logs.ts";

type Sources = Pick<RecordFilter, "sources" | "hiddenSources">;

/** Shows every source, including later ones. */
export const allSources: Sources = { sources: undefined, hiddenSources: [] };

/** Whether records of a source are shown. */
export function isSourceShown({ sources, hiddenSources }: Sources, name: string): boolean {
  return sources === undefined ? !hiddenSources.includes(name) : sources.includes(name);
}

/** The filter with one source shown or hidden. Hiding the last of the selected sources shows all. */
export function withSource({ sources, hiddenSources }: Sources, name: string, shown: boolean): Sources {
  if (sources === undefined) {
    const others = hiddenSources.filter((each) => each !== name);
    return { sources, hiddenSources: shown ? others : [...others, name] };
  }
  const others = sources.filter((each) => each !== name);
  const next = shown ? [...others, name] : others;
  return next.length === 0 ? allSources : { sources: next, hiddenSources: [] };
}

/** Shows only this source. */
export function onlySource(name: string): Sources {
  return { sources: [name], hiddenSources: [] };
}
