import type { Device } from "../image/solo5Notes.ts";
import type { ProjectState } from "../project/model.ts";
import type { KeyValueStore } from "../project/workspaceMemory.ts";
import type { Deployment } from "./client/hostClient.ts";
import { argumentsOf, withArguments } from "./deployment.ts";
import type { UnikernelInfo } from "./wire/replies.ts";

/**
 * What a running unikernel was started with, for another image of it. Undefined if the devices of the image are not those
 * that it has, since the user then has to choose.
 */
export function deploymentOfRunning(info: UnikernelInfo, devices: readonly Device[]): Deployment | undefined {
  const names = (all: readonly { readonly device: string }[] = []) => all.map(({ device }) => device);
  const ofType = (type: Device["type"]) =>
    devices.filter((each) => each.type === type).map(({ name }) => name);
  const areSame =
    isSameSet(ofType("NET_BASIC"), names(info.bridges)) &&
    isSameSet(ofType("BLOCK_BASIC"), names(info.blocks));
  return areSame ? withArguments(info, argumentsOf(info)) : undefined;
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));

/** A unikernel on a host that is deployed again after each build. `name` is formatted, `unikernel` is the id of its project. */
export interface AfterBuild {
  readonly host: string;
  readonly name: string;
  readonly unikernel: string;
}

/** The unikernels that are deployed again after each build. They are stored for later windows. */
export interface AfterBuilds {
  readonly all: () => readonly AfterBuild[];
  readonly has: (host: string, name: string) => boolean;
  readonly add: (entry: AfterBuild) => PromiseLike<void>;
  readonly remove: (host: string, name: string) => PromiseLike<void>;
}

/** Where they are stored. */
export const afterBuildKey = "hosts.afterBuild";

/** Reads the unikernels that are deployed again after each build. */
export function createAfterBuilds(store: KeyValueStore): AfterBuilds {
  const all = () => store.get<readonly AfterBuild[]>(afterBuildKey) ?? [];
  const without = (host: string, name: string) =>
    all().filter((each) => each.host !== host || each.name !== name);
  return {
    all,
    has: (host, name) => all().some((each) => each.host === host && each.name === name),
    add: (entry) => store.update(afterBuildKey, [...without(entry.host, entry.name), entry]),
    remove: (host, name) => store.update(afterBuildKey, without(host, name)),
  };
}

/**
 * Creates a function that returns whether a unikernel has an image for a host that is newer than at the last call. The first
 * call is the begin: what was built before is not deployed.
 */
export function createNewBuilds(): (id: string, state: ProjectState) => boolean {
  const seen = new Map<string, number>();
  return (id, { configured, image, stale }) => {
    const { target } = configured ?? {};
    if (!image || (target !== "hvt" && target !== "spt")) return false;
    if (stale.some(({ step }) => step !== "lock")) {
      // What is out of date now will be newer when it is built.
      if (!seen.has(id)) seen.set(id, image.builtAt);
      return false;
    }
    const before = seen.get(id);
    seen.set(id, image.builtAt);
    return before !== undefined && before !== image.builtAt;
  };
}
