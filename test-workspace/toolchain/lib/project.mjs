import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/** The targets of mirage 4.11, in the order in which it lists them. */
export const targets = [
  "unix",
  "macosx",
  "xen",
  "virtio",
  "hvt",
  "muen",
  "qubes",
  "genode",
  "spt",
  "unikraft-firecracker",
  "unikraft-qemu",
];

/**
 * The skeleton projects with recordings. The devices in a config.ml select one of them. `options` are its
 * options of `mirage configure` in addition to the common ones.
 */
const kinds = [
  {
    name: "network",
    test: /generic_stackv4v6/,
    folder: "device-usage/network",
    register: "network",
    options: ["net", "no-dhcp", "utcp"],
  },
  { name: "block", test: /block_of_file/, folder: "device-usage/block", register: "block_test", options: [] },
  {
    name: "kv_ro",
    test: /generic_kv_ro/,
    folder: "device-usage/kv_ro",
    register: "kv_ro",
    options: ["kv_ro"],
  },
  { name: "hello", test: /(?:)/, folder: "tutorial/hello", register: "hello", options: [] },
];

/**
 * Reads the facts about the unikernel from config.ml, ignoring comments.
 * @param {string} configFile a path, relative to the current folder as in `-f`
 */
export function readProject(configFile, text = readFileSync(configFile, "utf8")) {
  const code = text.replace(/\(\*[\s\S]*?\*\)/g, (comment) => comment.replace(/[^\n]/g, " "));
  const registered = [...code.matchAll(/\bregister\s+(?:~[\w:]+\s+)?"([^"]*)"/g)].map((match) => match[1]);
  const kind = kinds.find((candidate) => candidate.test.test(code));
  return {
    configFile,
    text,
    names: registered,
    kind,
    /** True for a job without devices, for which mirage prints a message. */
    announcesUnit: !/@->/.test(code),
    buildFolder: dirname(configFile),
  };
}

/**
 * Returns the folder of `path` relative to the root of its git repository, with a trailing slash; "" for the
 * root itself, `undefined` without a repository.
 */
export function folderInRepository(path) {
  let root = resolve(path);
  while (!existsSync(join(root, ".git"))) {
    const parent = dirname(root);
    if (parent === root) return undefined;
    root = parent;
  }
  const below = relative(root, resolve(path)).split(sep).join("/");
  return below === "" ? "" : `${below}/`;
}
