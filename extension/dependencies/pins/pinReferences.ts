import { capture } from "../../platform/capture.ts";
import { mergeEnv, type Env } from "../../platform/env.ts";
import type { Run } from "../../platform/process.ts";
import { readPackageUrl } from "../packageSource.ts";

/** The branches and tags of a git repository, with the commits that they point to. */
export interface RepositoryReferences {
  readonly branches: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  /** The name of the default branch, and its commit. */
  readonly head: { readonly branch: string | undefined; readonly commit: string } | undefined;
}

/** How long a server may take to answer, in milliseconds. */
const limitMs = 20_000;

/** The name under which git finds the address in its environment. */
const remote = "mirageos-pin";

/** The address that git fetches from, without the reference; undefined if the pin is not of a git repository. */
export function gitAddress(pin: string): string | undefined {
  if (readPackageUrl(pin).kind !== "git") return undefined;
  return pin
    .replace(/#.*$/s, "")
    .trim()
    .replace(/^git\+/, "");
}

/**
 * Asks a repository for its references with `git ls-remote`, which fetches no objects. `address` may contain
 * credentials: git gets it in its environment, because every user of the computer can read arguments. git never
 * prompts. Resolves to undefined if git is missing, the repository does not answer in time or refuses, and if `signal`
 * is aborted.
 */
export async function queryReferences(
  run: Run,
  address: string,
  { env, cwd, signal, timeoutMs = limitMs }: QueryOptions,
): Promise<RepositoryReferences | undefined> {
  const variables = {
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    GIT_ASKPASS: "",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `remote.${remote}.url`,
    GIT_CONFIG_VALUE_0: address,
    GIT_TERMINAL_PROMPT: "0",
    GCM_INTERACTIVE: "never",
    SSH_ASKPASS_REQUIRE: "never",
    ...(env["GIT_SSH_COMMAND"] === undefined && { GIT_SSH_COMMAND: "ssh -oBatchMode=yes" }),
    LC_ALL: "C",
  };
  const args = ["ls-remote", "--symref", remote, "HEAD", "refs/heads/*", "refs/tags/*"];
  const { result, stdout } = await capture(
    run,
    { file: "git", args, cwd, env: mergeEnv(env, variables) },
    { timeoutMs, ...(signal && { signal }) },
  );
  return result.kind === "exited" && result.code === 0 ? readReferences(stdout) : undefined;
}

interface QueryOptions {
  readonly env: Env;
  readonly cwd: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Reads the output of `git ls-remote --symref` (https://git-scm.com/docs/git-ls-remote#_output). */
export function readReferences(output: string): RepositoryReferences {
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  let branch: string | undefined;
  let commit: string | undefined;
  for (const line of output.split(/\r?\n/)) {
    const [value = "", name = ""] = line.split("\t");
    if (name === "HEAD" && value.startsWith("ref: ")) branch = value.replace(/^ref: refs\/heads\//, "");
    else if (!/^[0-9a-f]{40,64}$/.test(value)) continue;
    else if (name === "HEAD") commit = value;
    else if (name.startsWith("refs/heads/")) branches.set(name.slice("refs/heads/".length), value);
    // An annotated tag comes twice, the second time as `NAME^{}` with its commit.
    else if (name.startsWith("refs/tags/"))
      tags.set(name.slice("refs/tags/".length).replace(/\^\{\}$/, ""), value);
  }
  return { branches, tags, head: commit === undefined ? undefined : { branch, commit } };
}

/**
 * The commit that a reference of a pin points to. Without a reference, that of the default branch. `missing` if there is
 * no such branch or tag, and undefined for abbreviated and full commits, of which `git ls-remote` says nothing.
 */
export function commitOf(
  { branches, tags, head }: RepositoryReferences,
  reference: string | undefined,
): { readonly commit: string } | "missing" | undefined {
  if (reference === undefined) return head && { commit: head.commit };
  const name = reference.replace(/^refs\/(?:heads|tags)\//, "");
  const found = branches.get(name) ?? tags.get(name);
  if (found !== undefined) return { commit: found };
  return /^[0-9a-f]{7,64}$/i.test(reference) || reference.startsWith("refs/") ? undefined : "missing";
}
