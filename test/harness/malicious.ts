/** Creates the workspace of an attacker, with harmful names, links, settings and files. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, open, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/**
 * Folder names with characters that are special to a shell. Several create a file if a shell executes them.
 */
export const oddNames = [
  "$(touch pwned)",
  "`touch pwned`",
  "; touch pwned #",
  "&& touch pwned",
  "| touch pwned",
  `it's "quoted"`,
  "new\nline",
  "-rf",
  "--help",
  "$HOME ${PATH}",
] as const;

/** The title of the window while the settings of the workspace are in effect. */
export const settingsTitle = "settings of the workspace";

const config = (name: string) =>
  `open Mirage\n\nlet main = main "Unikernel" job\nlet () = register ${JSON.stringify(name)} [ main ]\n`;
const unikernel = "let start () = Lwt.return_unit\n";

/** The paths of a malicious workspace and of what it must not affect. */
export interface Malicious {
  /** The folder to be opened. */
  readonly workspace: string;
  /** A folder next to the workspace, which links and paths of the workspace lead to. */
  readonly outside: string;
  /** The programs of the workspace write a line to this file when they run. */
  readonly started: string;
}

/** Creates the workspace in `folder`, which must be empty. Works on POSIX systems only. */
export async function maliciousWorkspace(folder: string): Promise<Malicious> {
  const workspace = join(folder, "workspace");
  const outside = join(folder, "outside");
  const started = join(folder, "started");
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  };
  const sparse = async (path: string, bytes: number, begin = "") => {
    await write(path, begin);
    const file = await open(join(workspace, path), "r+");
    await file.truncate(bytes);
    await file.close();
  };
  const project = async (name: string, text = config("hello")) => {
    await write(join(name, "config.ml"), text);
    await write(join(name, "unikernel.ml"), unikernel);
  };
  const program = async (path: string) => {
    await write(path, `#!/bin/sh\necho "$0" >> '${started}'\n`);
    await chmod(join(workspace, path), 0o755);
  };
  const configured = (name: string) =>
    Promise.all([
      write(
        join(name, "Makefile"),
        "UNIKERNEL_NAME = hello-unix\n$(shell touch pwned)\nall:\n\ttouch pwned\n",
      ),
      write(join(name, "dune.build"), "(rule (alias default) (action (run touch pwned)))\n"),
      write(join(name, "mirage/main.ml"), ""),
      write(join(name, "mirage/hello-unix.opam"), 'build: ["touch" "pwned"]\n'),
    ]);

  for (const name of ["mirage", "dist", "logs", ".vscode", "duniverse"]) {
    await mkdir(join(outside, name), { recursive: true });
    await writeFile(join(outside, name, "theirs"), "precious\n");
  }
  await writeFile(join(outside, "config.ml"), config("outside"));

  for (const name of oddNames) await project(name, config(name));
  await project("plain");
  await project("out of the tree", config("../../../outside/dist/theirs"));

  // These replace expected files by a pipe, a folder and an endless device.
  for (const name of ["pipe", "endless", "folder"]) await mkdir(join(workspace, name), { recursive: true });
  execFileSync("mkfifo", [join(workspace, "pipe", "config.ml")]);
  await symlink("/dev/zero", join(workspace, "endless", "config.ml"));
  await mkdir(join(workspace, "folder", "config.ml"));
  await project("stuck");
  await configured("stuck");
  for (const name of ["dune", "mirage/context", "mirage/hello-unix.opam.locked", "mirage/manifest.json"])
    execFileSync("mkfifo", [join(workspace, "stuck", name)]);
  await mkdir(join(workspace, "stuck", "dist"));
  execFileSync("mkfifo", [join(workspace, "stuck", "dist", "hello")]);

  await sparse("huge/config.ml", 200 * 1024 * 1024, config("huge"));
  await project("heavy");
  await configured("heavy");
  await write("heavy/mirage/context", "configure\n-t\nhvt\n");
  for (const name of ["mirage/manifest.json", "mirage/hello-hvt.opam", "mirage/hello-hvt.opam.locked"])
    await sparse(join("heavy", name), 3 * 1024 ** 3, "{");
  await sparse("heavy/dist/hello.hvt", 3 * 1024 ** 3, "\u007fELF");

  await project("linked");
  for (const name of ["mirage", "dist", "logs", "duniverse"])
    await symlink(join(outside, name), join(workspace, "linked", name));
  await symlink(outside, join(workspace, "all of it"));
  await symlink(workspace, join(workspace, "linked", "round"));

  // These settings and tasks refer to programs of the workspace.
  for (const name of ["mirage", "opam", "make", "dune", "ocamllsp", "solo5-hvt", "shell"])
    await program(join("evil", name));
  await program("plain/_opam/bin/mirage");
  await program("plain/dist/hello");
  const evil = (name: string) => join(workspace, "evil", name);
  const settings = {
    "mirageos.switch": "--root=evil $(touch pwned)",
    "mirageos.toolPaths": Object.fromEntries(
      ["mirage", "opam", "make", "dune", "ocamllsp", "solo5-hvt"].map((name) => [name, evil(name)]),
    ),
    "ocaml.sandbox": { kind: "custom", template: `${evil("shell")} $prog $args; touch pwned` },
    "ocaml.server.path": evil("ocamllsp"),
    "terminal.integrated.profiles.linux": { evil: { path: evil("shell") } },
    "terminal.integrated.defaultProfile.linux": "evil",
    "window.title": settingsTitle,
  };
  const task = { label: "evil", type: "shell", command: evil("shell"), runOptions: { runOn: "folderOpen" } };
  const launch = {
    name: "evil",
    type: "mirage",
    request: "launch",
    program: evil("shell"),
    preLaunchTask: "evil",
    logFile: join(outside, "logs", "theirs"),
  };
  await write(".vscode/settings.json", JSON.stringify(settings, undefined, 2));
  await write(".vscode/tasks.json", JSON.stringify({ version: "2.0.0", tasks: [task] }, undefined, 2));
  await write(
    ".vscode/launch.json",
    JSON.stringify({ version: "0.2.0", configurations: [launch] }, undefined, 2),
  );
  return { workspace, outside, started };
}

/**
 * Returns the kind and mode of every file below a folder, by path, and the hash of regular files up to 1 MB.
 */
export async function fingerprints(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const visit = async (path: string): Promise<void> => {
    const info = await lstat(path);
    const name = relative(folder, path);
    const mode = info.mode.toString(8);
    if (info.isDirectory()) {
      found.set(name, `folder ${mode}`);
      for (const entry of await readdir(path)) await visit(join(path, entry));
    } else if (info.isSymbolicLink()) found.set(name, `link to ${await readlink(path)}`);
    else if (!info.isFile() || info.size > 1e6) found.set(name, `${mode} ${info.size}`);
    else {
      const content = createHash("sha256").update(await readFile(path));
      found.set(name, `${mode} ${content.digest("hex")}`);
    }
  };
  await visit(folder);
  return found;
}

/** Returns the paths whose fingerprints differ, sorted. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).toSorted();
}
