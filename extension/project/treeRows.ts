import { basename, dirname, relative, sep } from "node:path";
import { collator, type Unikernel } from "./model.ts";
import { t } from "../protocol/l10n.ts";

type Located = Pick<Unikernel, "id" | "name" | "root" | "buildDir" | "workspaceFolder">;

/** A folder row of the Unikernels view. */
export interface FolderRow<T> {
  /** Absolute path of the folder that contains the unikernels' folders. */
  readonly path: string;
  /** The path relative to the workspace folder, with slashes. */
  readonly label: string;
  readonly unikernels: readonly T[];
}

/** The top level of the Unikernels view: unikernels, and then folders with the other unikernels. */
export interface TreeRows<T> {
  readonly unikernels: readonly T[];
  readonly folders: readonly FolderRow<T>[];
  /** Whether the unikernels are in several workspace folders, so that paths begin with the name of theirs. */
  readonly severalRoots: boolean;
}

/**
 * Groups sorted unikernels by the folder that they are in, if two of them have the same name in different folders.
 * Otherwise, returns all as one list, because folders would only make it longer.
 */
export function treeRows<T extends Located>(all: readonly T[]): TreeRows<T> {
  const severalRoots = new Set(all.map(({ workspaceFolder }) => workspaceFolder)).size > 1;
  const folders = new Map<string, string>();
  const isRepeated = all.some((unikernel) => {
    const folder = containingFolder(unikernel);
    const first = folders.get(unikernel.name) ?? folder;
    folders.set(unikernel.name, first);
    return first !== folder;
  });
  if (!isRepeated) return { unikernels: all, folders: [], severalRoots };

  const rows = new Map<string, { path: string; label: string; unikernels: T[] }>();
  const direct: T[] = [];
  for (const unikernel of all) {
    const path = containingFolder(unikernel);
    const label = path && pathText(path, unikernel.workspaceFolder, severalRoots);
    if (!label) {
      direct.push(unikernel);
      continue;
    }
    const row = rows.get(path) ?? { path, label, unikernels: [] };
    row.unikernels.push(unikernel);
    rows.set(path, row);
  }
  const sorted = [...rows.values()].toSorted((a, b) => collator.compare(a.label, b.label));
  return { unikernels: direct, folders: sorted, severalRoots };
}

/** Returns the folder that contains a unikernel's own folder, or "" if that is the workspace folder itself. */
function containingFolder({ root, buildDir, workspaceFolder }: Located): string {
  // The unikernel of shop/mirage/config.ml is in shop if mirage runs there.
  const own = root.length < buildDir.length ? root : buildDir;
  return own === workspaceFolder ? "" : dirname(own);
}

function pathText(path: string, workspaceFolder: string, severalRoots: boolean): string {
  const inside = slashed(relative(workspaceFolder, path));
  return severalRoots ? [basename(workspaceFolder), inside].filter(Boolean).join("/") : inside;
}

/** Returns the folder of config.ml relative to `from`, or "" if the unikernel's name already says it. */
export function folderText({ name, buildDir }: Located, from: string): string {
  const folder = slashed(relative(from, buildDir)) || basename(buildDir);
  return folder === name ? "" : folder;
}

const slashed = (path: string): string => path.split(sep).join("/");

/** What a row of a unikernel says. */
export interface UnikernelRowText {
  /** The text after the name. */
  readonly description: string;
  /** What screen readers read for the whole row. */
  readonly accessibleLabel: string;
}

/** Where and how a unikernel is shown. */
export interface UnikernelRow {
  /** Its activity or its stage. */
  readonly state: string;
  readonly selected: boolean;
  /** Whether no other unikernel is open, so that there is nothing to tell it from. */
  readonly isOnly: boolean;
  /** Absolute path of the folder below whose row it is shown, or of its workspace folder. */
  readonly folder: string;
  readonly severalRoots: boolean;
}

/** Describes a unikernel in one row. */
export function unikernelRowText(
  unikernel: Located & { readonly target: string },
  { state, selected, isOnly, folder, severalRoots }: UnikernelRow,
): UnikernelRowText {
  const { name, target, buildDir, workspaceFolder } = unikernel;
  // A narrow view and the buttons of the row cut the end, so the state comes first. The status bar shows the target of
  // the selected unikernel.
  const parts = [
    state,
    selected && !isOnly ? t("selected") : "",
    target,
    isOnly && buildDir === folder ? "" : folderText(unikernel, folder),
  ];
  // Screen readers read one row at a time, so each row says where its unikernel is.
  const place = pathText(buildDir, workspaceFolder, severalRoots) || basename(workspaceFolder);
  const spoken = [name, target, state, t("in folder {0}", place), selected ? t("selected") : ""];
  return {
    description: parts.filter(Boolean).join(" · "),
    accessibleLabel: spoken.filter(Boolean).join(", "),
  };
}
