import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import type { KeyValueStore } from "../project/workspaceMemory.ts";
import type { ProjectState } from "../project/model.ts";
import type { KnownBuild, RecognizedBuild } from "./hostModel.ts";

/** A unikernel of the workspace, as far as its image is concerned. */
export interface BuiltProject {
  readonly id: string;
  readonly state: ProjectState;
}

/** The images that were built or deployed here, by the SHA-256 of their bytes. */
export interface KnownBuilds {
  /** Reads the images of the unikernels that were built since the last call. */
  readonly update: (projects: readonly BuiltProject[]) => Promise<void>;
  readonly recognize: (digest: Uint8Array) => RecognizedBuild | undefined;
}

const key = "hosts.builds";
const maxBuilds = 200;

/** Creates the memory of builds. Digests stay known in later windows. */
export function createKnownBuilds(store: KeyValueStore): KnownBuilds {
  const builds = new Map<string, KnownBuild>(store.get<[string, KnownBuild][]>(key) ?? []);
  /** By the path of the image: what was read, and its digest. */
  const read = new Map<
    string,
    { readonly builtAt: number; readonly bytes: number; readonly digest: string }
  >();
  const current = new Map<string, { readonly digest: string; readonly isStale: boolean }>();

  const readDigest = async (path: string, builtAt: number): Promise<string | undefined> => {
    try {
      const { size } = await stat(path);
      const known = read.get(path);
      if (known?.builtAt === builtAt && known.bytes === size) return known.digest;
      const digest = createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
      read.set(path, { builtAt, bytes: size, digest });
      return digest;
    } catch {
      // The image is being written or was removed; the next update reads it.
      return undefined;
    }
  };

  return {
    update: async (projects) => {
      let isChanged = false;
      for (const { id, state } of projects) {
        const { image, stale } = state;
        const digest = image && (await readDigest(image.path, image.builtAt));
        if (!image || digest === undefined) continue;
        current.set(id, { digest, isStale: stale.some(({ step }) => step !== "lock") });
        if (builds.has(digest)) continue;
        const target = extname(image.path).slice(1);
        builds.set(digest, { unikernel: id, builtAt: image.builtAt, ...(target !== "" && { target }) });
        isChanged = true;
      }
      if (isChanged) await store.update(key, [...builds].slice(-maxBuilds));
    },
    recognize: (digest) => {
      const hex = Buffer.from(digest).toString("hex");
      const build = builds.get(hex);
      if (!build) return undefined;
      const now = current.get(build.unikernel);
      if (now && now.digest !== hex) return { ...build, freshness: "newerBuild" };
      return { ...build, freshness: now?.isStale === true ? "sourcesChanged" : "current" };
    },
  };
}
