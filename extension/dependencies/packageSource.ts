/** Where the source of a package comes from. Nothing in it contains a password or a token. */
export interface PackageSource {
  readonly kind: "git" | "archive" | "local";
  /** The address as people read it: without `git+`, credentials, parameters and reference. */
  readonly address: string;
  /** The branch, tag or commit behind `#`. */
  readonly reference: string | undefined;
  /** A page for browsers, if the address leads to one. */
  readonly page: string | undefined;
}

/** Hosts whose pages have the address of the repository, with the part of the path before a commit. */
const pages: readonly (readonly [RegExp, string])[] = [
  [/^(?:www\.)?github\.com$/, "tree"],
  [/^(?:www\.)?gitlab\.com$/, "-/tree"],
  [/^codeberg\.org$/, "src"],
];

/**
 * Reads a URL as opam writes it: `git+https://host/path.git#branch`, `https://host/name.tbz`, `git@host:path`,
 * `file:///path`. Credentials and parameters of the URL are dropped here, so that nothing can show or log them.
 */
export function readPackageUrl(url: string): PackageSource {
  const hash = url.indexOf("#");
  const reference = hash < 0 ? undefined : url.slice(hash + 1) || undefined;
  const bare = (hash < 0 ? url : url.slice(0, hash)).trim().replace(/\?.*$/s, "");
  const [, transport, location = bare] = /^(?:(git|hg|darcs)\+)?(.*)$/s.exec(bare) ?? [];
  const scp = /^(?:[^@/:]+@)?([\w.-]+):(?!\/\/)(?![\\/])(.+)$/.exec(location);
  const [, scheme = scp ? "ssh" : "file", rest = location] =
    /^([a-z][a-z+]*):\/\/(.*)$/is.exec(location) ?? [];
  const path = scp ? `${scp[1]}/${scp[2]}` : rest.replace(/^[^/@]*@/, "");
  const isGit = transport !== undefined || scheme === "git" || scheme === "ssh" || path.endsWith(".git");
  const isLocal = scheme.toLowerCase() === "file";
  const address = isLocal ? path : `${scheme === "git" && transport ? "https" : scheme}://${path}`;
  return {
    kind: isGit ? "git" : isLocal ? "local" : "archive",
    address,
    reference,
    page: isLocal ? undefined : pageOf(path, scheme, isGit, reference),
  };
}

function pageOf(
  path: string,
  scheme: string,
  isGit: boolean,
  reference: string | undefined,
): string | undefined {
  const [host = "", ...parts] = path.split("/");
  const tree = pages.find(([name]) => name.test(host.toLowerCase()))?.[1];
  const [owner, repository] = parts;
  if (tree !== undefined && owner && repository) {
    const page = `https://${host}/${owner}/${repository.replace(/\.git$/, "")}`;
    return isGit && reference !== undefined ? `${page}/${tree}/${encodeURIComponent(reference)}` : page;
  }
  return isGit && /^https?$/.test(scheme) ? `${scheme}://${path.replace(/\.git$/, "")}` : undefined;
}

/** Whether a reference names one commit, in full. */
export const isCommit = (reference: string | undefined): reference is string =>
  reference !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i.test(reference);

/**
 * The repository that a source belongs to, such as `github.com/mirage/ocaml-dns`: the same for its git addresses and
 * for archives that its releases offer. Of a repository on this computer, the path. Undefined for other archives and files.
 */
export function repositoryOf({ address, kind }: PackageSource): string | undefined {
  const [, path = kind === "git" ? address : ""] = /^[a-z+]+:\/\/(.*)$/is.exec(address) ?? [];
  if (path !== "" && path === address) return path.replace(/\/?(?:\.git)?\/?$/, "");
  const [host = "", owner, repository, ...rest] = path.split("/");
  const isKnown = pages.some(([name]) => name.test(host.toLowerCase()));
  if (!owner || !repository || (!isKnown && kind !== "git")) return undefined;
  const name = [host, owner, repository, ...(isKnown ? [] : rest)].join("/");
  return name
    .replace(/\.git$/, "")
    .replace(/\/$/, "")
    .toLowerCase();
}
