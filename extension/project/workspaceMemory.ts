import type { ConfigureFolder } from "./configureFolder.ts";
import type { FetchedLock } from "./fetchedLock.ts";
import type { BootTimes } from "./model.ts";

/** The choices and facts about the unikernels of a workspace that are stored between windows. */
export interface WorkspaceMemory {
  readonly selected: () => string | undefined;
  readonly select: (id: string) => PromiseLike<void>;
  /** The target that the user chose for a unikernel. */
  readonly target: (id: string) => string | undefined;
  readonly setTarget: (id: string, target: string) => PromiseLike<void>;
  /** Arguments of `mirage configure`, or undefined if the user never chose any for this target. */
  readonly options: (id: string, target: string) => readonly string[] | undefined;
  readonly setOptions: (
    id: string,
    target: string,
    options: readonly string[] | undefined,
  ) => PromiseLike<void>;
  /** When the last successful build of this target started, in milliseconds. */
  readonly buildStart: (id: string, target: string) => number | undefined;
  readonly setBuildStart: (id: string, target: string, at: number) => PromiseLike<void>;
  /** The images of the last builds for a target, at most twenty, oldest first. */
  readonly builtImages: (id: string, target: string) => readonly BuiltImage[];
  /** Adds an image. It replaces an entry for the same image: dune does not write an image that did not change. */
  readonly addBuiltImage: (id: string, target: string, image: BuiltImage) => PromiseLike<void>;
  /** The last boots on a target, at most twenty, oldest first. */
  readonly boots: (id: string, target: string) => readonly MeasuredBoot[];
  /** Adds a boot. It replaces an entry of the same time, which is the same boot earlier. */
  readonly addBoot: (id: string, target: string, boot: MeasuredBoot) => PromiseLike<void>;
  /** The folder that the user chose for running mirage on a `mirage/config.ml`. */
  readonly configureFolder: (id: string) => ConfigureFolder | undefined;
  readonly setConfigureFolder: (id: string, folder: ConfigureFolder) => PromiseLike<void>;
  /** Whether the user was notified that mirage runs above `mirage/` by convention. */
  readonly knowsConvention: (id: string) => boolean;
  readonly setKnowsConvention: (id: string) => PromiseLike<void>;
  /** Whether the user was asked to add what mirage generates to .gitignore. */
  readonly knowsIgnored: (id: string) => boolean;
  readonly setKnowsIgnored: (id: string) => PromiseLike<void>;
  /** Whether the user chose to build without fetching dependencies first. */
  readonly buildsWithoutFetch: (id: string) => boolean;
  readonly setBuildsWithoutFetch: (id: string) => PromiseLike<void>;
  /** The lock file that the dependencies of a unikernel were fetched for last, by a job of this workspace. */
  readonly fetchedLock: (id: string) => FetchedLock | undefined;
  readonly setFetchedLock: (id: string, lock: FetchedLock) => PromiseLike<void>;
  /** The last attachments of a unikernel's devices, in the form of the setting `mirageos.devices`. */
  readonly attachments: (id: string) => unknown;
  readonly setAttachments: (id: string, attachments: object) => PromiseLike<void>;
  /** The boot arguments that the user chose for a unikernel, or undefined if there are none. */
  readonly bootArguments: (id: string) => readonly string[] | undefined;
  readonly setBootArguments: (id: string, args: readonly string[] | undefined) => PromiseLike<void>;
}

/** An image that a job has built. */
export interface BuiltImage {
  /** When its file was written (milliseconds). */
  readonly at: number;
  /** The bytes that a loader puts into memory. */
  readonly loaded: number;
}

/** A boot whose times were measured. */
export interface MeasuredBoot extends BootTimes {
  /** When it began (milliseconds). */
  readonly at: number;
}

const kept = 20;

/** The part of a VS Code memento that is used here. */
export interface KeyValueStore {
  readonly get: <T>(key: string) => T | undefined;
  readonly update: (key: string, value: unknown) => PromiseLike<void>;
}

/** Creates the memory on a key-value store, with one key per fact. */
export function createWorkspaceMemory(store: KeyValueStore): WorkspaceMemory {
  const key = (...parts: string[]) => parts.join("\0");
  type Dated = { readonly at: number };
  const history = <T extends Dated>(fact: string, id: string, target: string): readonly T[] =>
    store.get(key(fact, id, target)) ?? [];
  const add = (fact: string, id: string, target: string, entry: Dated) => {
    const others = history(fact, id, target).filter(({ at }) => at !== entry.at);
    return store.update(key(fact, id, target), [...others, entry].slice(-kept));
  };
  return {
    selected: () => store.get("selected"),
    select: (id) => store.update("selected", id),
    target: (id) => store.get(key("target", id)),
    setTarget: (id, target) => store.update(key("target", id), target),
    options: (id, target) => store.get(key("options", id, target)),
    setOptions: (id, target, options) => store.update(key("options", id, target), options),
    buildStart: (id, target) => store.get(key("built", id, target)),
    setBuildStart: (id, target, at) => store.update(key("built", id, target), at),
    builtImages: (id, target) => history("builtImages", id, target),
    addBuiltImage: (id, target, image) => add("builtImages", id, target, image),
    boots: (id, target) => history("boots", id, target),
    addBoot: (id, target, boot) => add("boots", id, target, boot),
    buildsWithoutFetch: (id) => store.get<boolean>(key("noFetch", id)) === true,
    setBuildsWithoutFetch: (id) => store.update(key("noFetch", id), true),
    configureFolder: (id) => store.get(key("configureFolder", id)),
    setConfigureFolder: (id, folder) => store.update(key("configureFolder", id), folder),
    knowsConvention: (id) => store.get<boolean>(key("knowsConvention", id)) === true,
    setKnowsConvention: (id) => store.update(key("knowsConvention", id), true),
    knowsIgnored: (id) => store.get<boolean>(key("knowsIgnored", id)) === true,
    setKnowsIgnored: (id) => store.update(key("knowsIgnored", id), true),
    fetchedLock: (id) => store.get(key("fetchedLock", id)),
    setFetchedLock: (id, lock) => store.update(key("fetchedLock", id), lock),
    attachments: (id) => store.get(key("attachments", id)),
    setAttachments: (id, attachments) => store.update(key("attachments", id), attachments),
    bootArguments: (id) => store.get(key("bootArguments", id)),
    setBootArguments: (id, args) => store.update(key("bootArguments", id), args),
  };
}
