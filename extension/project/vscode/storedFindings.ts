import type { Project } from "./projects.ts";

/** What was found in the files of each unikernel. */
export interface StoredFindings<Found> {
  readonly of: (project: Project) => Promise<Found>;
  /** Makes the next `of` read the files of a unikernel again. */
  readonly forget: (id: string) => void;
}

/**
 * Stores what `find` returns for each unikernel until its state or configuration is another one, as after a change of
 * one of its files. The events of the projects also come for changes that concern neither.
 */
export function storeFindings<Found>(find: (project: Project) => Promise<Found>): StoredFindings<Found> {
  const stored = new Map<string, { readonly of: Project; readonly found: Promise<Found> }>();
  return {
    of: (project) => {
      const last = stored.get(project.id);
      if (last?.of.state === project.state && last.of.config === project.config) return last.found;
      const found = find(project);
      stored.set(project.id, { of: project, found });
      return found;
    },
    forget: (id) => void stored.delete(id),
  };
}
