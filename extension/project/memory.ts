/** What is remembered about the unikernels of a workspace between windows. */
export interface Memory {
  readonly selected: () => string | undefined;
  readonly select: (id: string) => PromiseLike<void>;
  /** The target chosen for a unikernel. */
  readonly target: (id: string) => string | undefined;
  readonly setTarget: (id: string, target: string) => PromiseLike<void>;
  /** Arguments for `mirage configure`; undefined when none were ever chosen for this target. */
  readonly options: (id: string, target: string) => readonly string[] | undefined;
  readonly setOptions: (
    id: string,
    target: string,
    options: readonly string[] | undefined,
  ) => PromiseLike<void>;
  /** When the last successful build of this target began, in milliseconds. */
  readonly buildBegan: (id: string, target: string) => number | undefined;
  readonly setBuildBegan: (id: string, target: string, at: number) => PromiseLike<void>;
  /** True once the user said to build without fetching dependencies first. */
  readonly buildsWithoutFetch: (id: string) => boolean;
  readonly setBuildsWithoutFetch: (id: string) => PromiseLike<void>;
  /** What the devices of a unikernel were attached to last, in the form of the setting mirageos.devices. */
  readonly attachments: (id: string) => unknown;
  readonly setAttachments: (id: string, attachments: object) => PromiseLike<void>;
  /** The boot arguments chosen for a unikernel; undefined when none were. */
  readonly bootArguments: (id: string) => readonly string[] | undefined;
  readonly setBootArguments: (id: string, args: readonly string[] | undefined) => PromiseLike<void>;
  /** True once VS Code was given launch configurations that stand in no file, and may have selected one. */
  readonly dynamicOffered: () => boolean;
  readonly setDynamicOffered: () => PromiseLike<void>;
}

/** The part of a VS Code memento that is used here. */
export interface Store {
  readonly get: <T>(key: string) => T | undefined;
  readonly update: (key: string, value: unknown) => PromiseLike<void>;
}

/** Keeps the memory in a key-value store, one key a fact. */
export function createMemory(store: Store): Memory {
  const key = (...parts: string[]) => parts.join("\0");
  return {
    selected: () => store.get("selected"),
    select: (id) => store.update("selected", id),
    target: (id) => store.get(key("target", id)),
    setTarget: (id, target) => store.update(key("target", id), target),
    options: (id, target) => store.get(key("options", id, target)),
    setOptions: (id, target, options) => store.update(key("options", id, target), options),
    buildBegan: (id, target) => store.get(key("built", id, target)),
    setBuildBegan: (id, target, at) => store.update(key("built", id, target), at),
    buildsWithoutFetch: (id) => store.get<boolean>(key("noFetch", id)) === true,
    setBuildsWithoutFetch: (id) => store.update(key("noFetch", id), true),
    attachments: (id) => store.get(key("attachments", id)),
    setAttachments: (id, attachments) => store.update(key("attachments", id), attachments),
    bootArguments: (id) => store.get(key("bootArguments", id)),
    setBootArguments: (id, args) => store.update(key("bootArguments", id), args),
    dynamicOffered: () => store.get<boolean>("dynamicOffered") === true,
    setDynamicOffered: () => store.update("dynamicOffered", true),
  };
}
