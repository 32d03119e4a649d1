import * as vscode from "vscode";
import type { RepositoryReferences } from "../pins/pinReferences.ts";

type References = ReadonlyMap<string, RepositoryReferences>;

const none: References = new Map();
/** By unikernel. Nothing is queried without the user's request, so that this can be older than the repositories. */
const known = new Map<string, References>();
const changed = new vscode.EventEmitter<string>();

/** The references of the pinned repositories of a unikernel, by `gitAddress`, as they were last queried. */
export const referencesOf = (unikernel: string): References => known.get(unikernel) ?? none;

/** Fires with the id of a unikernel. */
export const onDidChangeReferences = changed.event;

/** Stores what the repositories answered. */
export function setReferences(unikernel: string, references: References): void {
  known.set(unikernel, references);
  changed.fire(unikernel);
}
