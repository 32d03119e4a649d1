import { recorded, recordedOrNone } from "./recordings.mjs";

/** Returns the recorded target whose files are closest to those of `target`. */
function nearest(target) {
  if (target === "unix" || target === "macosx") return "unix";
  if (target === "xen") return "xen";
  if (target.startsWith("unikraft-")) return "unikraft-qemu";
  return "hvt";
}

/** Returns the extension of the image, such as `.hvt`; "" for a program of the host. */
export function extension(target) {
  if (target === "unix" || target === "macosx") return "";
  if (target === "qubes") return ".xen";
  if (target === "unikraft-qemu") return ".qemu";
  if (target === "unikraft-firecracker") return ".fc";
  return `.${target}`;
}

/** Checks whether the image is for Solo5 and therefore has a manifest. */
export function isSolo5(target) {
  return !["unix", "macosx"].includes(target) && !target.startsWith("unikraft-");
}

/** Derives main.ml of kv_ro, for which only `query` was recorded, from that of block. */
function mainOfKvRo(base) {
  return recorded("skeleton", "device-usage/block", base, "generated", "mirage/main.ml")
    .replace("Unikernel.Main(Block)", "Unikernel.Main(Static_t)")
    .replaceAll("block__11", "static_t__11")
    .replace(
      /# 88 "mirage\/lib\/devices\/block.ml"\n {2}Block.connect "[\w.]+"/,
      '# 18 "mirage/lib/devices/kv.ml"\n  Static_t.connect ()',
    )
    .replaceAll('"block_test"', '"hello"');
}

/**
 * Changes the files of network for `--net=socket`, which uses the sockets of the host; only `describe` was
 * recorded.
 */
function withSocketStack(files) {
  const hello = (path) => recorded("skeleton", "tutorial/hello", "unix", "generated", path);
  const stack = [
    ["tcpv4v6_socket__11", "Tcpv4v6_socket.connect ~ipv4_only:false ~ipv6_only:false ()"],
    ["udpv4v6_socket__12", "Udpv4v6_socket.connect ~ipv4_only:false ~ipv6_only:false ()"],
  ].map(([name, connect]) => `let ${name} = lazy (\n  ${connect}\n);;\n\n`);
  const both = `let tcpip_stack_socket_v4v6__13 = lazy (
  let __udpv4v6_socket__12 = Lazy.force udpv4v6_socket__12 in
  let __tcpv4v6_socket__11 = Lazy.force tcpv4v6_socket__11 in
  __udpv4v6_socket__12 >>= fun _udpv4v6_socket__12 ->
  __tcpv4v6_socket__11 >>= fun _tcpv4v6_socket__11 ->
  Tcpip_stack_socket.V4V6.connect _udpv4v6_socket__12 _tcpv4v6_socket__11
);;`;
  const main = hello("mirage/main.ml")
    .replaceAll('"hello"', '"network"')
    .replace(
      "let struct_end",
      "module Unikernel_main__14 = Unikernel.Main(Tcpip_stack_socket.V4V6)\n\nlet struct_end",
    )
    .replace(/let unit__11 = lazy \(\n {2}return \(\)\n\);;/, () => stack.join("") + both)
    .replaceAll("unikernel__12", "unikernel_main__14")
    .replaceAll("unit__11", "tcpip_stack_socket_v4v6__13")
    .replace("(Unikernel.start", "(Unikernel_main__14.start");
  const packages = recorded(
    "skeleton",
    "device-usage/network",
    "unix+net=socket",
    "query-packages.stdout",
  ).trimEnd();
  return {
    ...files,
    "dune.build": hello("dune.build")
      .replace("(target hello)", "(target network)")
      .replace(
        "mirage-sleep.unix mirage-unix)",
        "mirage-sleep.unix mirage-unix tcpip.stack-socket\n   tcpip.tcpv4v6-socket tcpip.udpv4v6-socket)",
      ),
    "mirage/main.ml": main,
    "mirage/NAME.opam": withPackages(files["mirage/NAME.opam"], packages),
  };
}

function withPackages(opam, packages) {
  return opam.replace(/depends: \[\n[\s\S]*?\n\]/, () => `depends: [\n${packages.replace(/^/gm, "  ")}\n]`);
}

/** Returns the recorded files of `kind` for a target, as a map of paths to texts. */
function baseFiles(kind, base) {
  const from = kind.name === "kv_ro" ? "tutorial/hello" : kind.folder;
  const register = kind.name === "kv_ro" ? "hello" : kind.register;
  const file = (path) => recorded("skeleton", from, base, "generated", path);
  const optional = (path) => recordedOrNone("skeleton", from, base, "generated", path);
  const files = {
    Makefile: file("Makefile"),
    "dune-project": file("dune-project"),
    "dune-workspace": file("dune-workspace"),
    "dune.build": file("dune.build"),
    "dune.config": file("dune.config"),
    "dist/dune": file("dist/dune"),
    dune: file("dune"),
    "mirage/main.ml": file("mirage/main.ml"),
    "mirage/dune-workspace.config": file("mirage/dune-workspace.config"),
    "mirage/NAME.opam": file(`mirage/${register}-${base}.opam`),
  };
  for (const [path, own] of [
    ["manifest.json", "manifest.json"],
    ["manifest.ml", "manifest.ml"],
    [`${register}.xl`, "NAME.xl"],
    [`${register}.xl.in`, "NAME.xl.in"],
    [`${register}_libvirt.xml`, "NAME_libvirt.xml"],
  ]) {
    const text = optional(`mirage/${path}`);
    if (text !== undefined) files[`mirage/${own}`] = text;
  }
  if (kind.name === "kv_ro") {
    const query = (what) => recordedOrNone("skeleton", kind.folder, base, `query-${what}.stdout`);
    const build = query("dune.build")?.replaceAll(/\(target kv_ro(?=[.)])/g, "(target hello");
    if (build !== undefined) {
      files["dune.build"] = `;; Generated by mirage.v4.11.1\n\n${build.slice(build.indexOf("\n") + 1)}`;
    }
    const packages = recorded("skeleton", kind.folder, base, "query-packages.stdout").trimEnd();
    files["mirage/NAME.opam"] = withPackages(files["mirage/NAME.opam"], packages);
    files["mirage/main.ml"] = mainOfKvRo(base);
  }
  return { files, register: kind.name === "kv_ro" ? "hello" : kind.register };
}

/** Replaces the recorded name and target in a generated file by the requested ones. */
function rename(path, text, { register, name, base, target, output }) {
  const from = `${register}${extension(base)}`;
  const to = `${output ?? name}${extension(target)}`;
  let out = text
    .replaceAll(`UNIKERNEL_NAME = ${register}-${base}`, `UNIKERNEL_NAME = ${output ?? `${name}-${target}`}`)
    .replaceAll(`(name ${register}-${base})`, `(name ${output ?? `${name}-${target}`})`)
    .replaceAll(`dist/${from}"`, `dist/${to}"`)
    .replaceAll(`/${register}.xl`, `/${output ?? name}.xl`)
    .replaceAll(`(target ${from})`, `(target ${to})`)
    .replaceAll(`../${from} `, `../${to} `)
    .replaceAll(`%{bin}%/${from}"`, `%{bin}%/${to}"`)
    .replaceAll(`Unikernel ${register} - `, `Unikernel ${name} - `)
    .replaceAll(`${register}-${base}.opam`, `${output ?? `${name}-${target}`}.opam`)
    .replaceAll(`configure -t ${base} `, `configure -t ${target} `)
    .replaceAll(
      `solo5-abi=${base === "unix" ? "none" : base}`,
      `solo5-abi=${target === "qubes" ? "xen" : target}`,
    );
  if (path === "dune.build" && output !== undefined)
    out = out
      .replace("./mirage/main.ml", `./mirage/${output}.ml`)
      .replaceAll(/\bmain\.exe\b/g, `${output}.exe`)
      .replace("(name main)", `(name ${output})`);
  if (path === "mirage/main.ml") out = out.replaceAll(` "${register}"`, ` "${name}"`);
  if (base.startsWith("unikraft-"))
    out = out
      .replaceAll("backend-qemu", `backend-${target.slice(9)}`)
      .replaceAll("backend=qemu", `backend=${target.slice(9)}`);
  if (/\.xl|libvirt/.test(path) || path === "dune.build" || path === "dist/dune") {
    out = out.replaceAll(new RegExp(`\\b${register}(?=\\.xl|_libvirt|\\.xen)`, "g"), name);
    if (path.startsWith("mirage/"))
      out = out.replaceAll(`'${register}'`, `'${name}'`).replaceAll(`>${register}<`, `>${name}<`);
  }
  return out;
}

/** Changes the files of hvt for qubes, which uses the libraries of Xen. */
function forQubes(path, text) {
  if (path === "mirage/main.ml") return text.replace("Solo5_os.Main.run", "Xen_os.Main.run");
  if (path === "dune.build") {
    return text.replace("mirage-bootvar.solo5", "mirage-bootvar.xen").replace("mirage-solo5", "mirage-xen");
  }
  return text.replace(/"mirage-solo5".*/, '"mirage-xen" { ?monorepo & >= "9.0.0" & < "10.0.0" }');
}

/** Sets the path of the project in its repository and the options of configure in the opam file. */
function place(opam, folder, options) {
  const recordedFolder = /"-C([^"]*)" "build"/.exec(opam)?.[1] ?? "";
  let out = opam.replace(/(configure -t [\w-]+)/, (all) => [all, ...options].join(" "));
  if (folder !== undefined && folder !== "") return out.replaceAll(recordedFolder, folder);
  out = out
    .replaceAll(`"-C${recordedFolder}" `, "")
    .replaceAll(`cd ${recordedFolder} && `, "")
    .replaceAll(`"${recordedFolder}`, '"');
  return folder === "" ? out : out.replace(/\n\nurl \{.*\}$/, "\n");
}

/** Replaces the overlay repositories of the Makefile and opam file by `repositories`, pairs of name and URL. */
function overlays(path, text, repositories) {
  if (path === "Makefile") {
    if (repositories.length === 0) {
      return text
        .replace(" repo-add repo-rm", "")
        .replace(/\nrepo-add:[\s\S]*?(?=\n\ndepext-lockfile:)/, "")
        .replace("\t@$(MAKE) -s repo-add\n", "")
        .replace("; (ret=$$?; $(MAKE) -s repo-rm && exit $$ret)", "");
    }
    const names = repositories.map(([name]) => name).join(", ");
    const add = repositories.map(
      ([name, url]) => `\t$(OPAM) repo add ${name} ${url} || $(OPAM) repo set-url ${name} ${url}\n`,
    );
    const remove = repositories.map(([name, url]) => `\t$(OPAM) repo remove ${name} ${url}\n`);
    return text
      .replaceAll("[opam-overlays, mirage-overlays]", `[${names}]`)
      .replace(/(?:\t\$\(OPAM\) repo add .*\n)+/, () => add.join(""))
      .replace(/(?:\t\$\(OPAM\) repo remove .*\n)+/, () => remove.join(""));
  }
  const listed = repositories.map(([name, url]) => `["${name}" "${url}"]`).join("\n\n");
  return text.replace(/x-mirage-extra-repo: \[[\s\S]*?\]\]/, () => `x-mirage-extra-repo: [\n${listed}]`);
}

/** Adapts a file for dune 2.9 and machines without a cross compiler; see the README. */
function adapted(path, text, target) {
  if (path === "dune-workspace") return text.replace(/^ *\(toolchain [\w-]+\)\n/m, "");
  if (path !== "dune.build" || !isSolo5(target)) return text;
  const abi = target === "qubes" ? "xen" : target;
  return text
    .replace(/ -cclib "-z solo5-abi=[\w-]+"/, "")
    .replace("gen-manifest manifest.json", `gen-manifest --standin-abi=${abi} manifest.json`);
}

/**
 * Returns the files that `mirage configure` writes for a project: a map of paths (in the build folder, except that
 * Makefile, dune-project and dune-workspace are in the root) to texts.
 * @param {{ project: object, name: string, target: string, keys: object, folder: string | undefined, options: string[],
 *           repositories: [string, string][], output?: string, faithful?: boolean }} request
 *   `faithful` omits the adaptations, to compare with the recordings
 */
export function generate(request) {
  const { project, name, target, output } = request;
  const base = nearest(target);
  const { files: ordinary, register } = baseFiles(project.kind, base);
  const socket = project.kind.name === "network" && ["host", "socket"].includes(request.keys.net);
  const files = socket ? withSocketStack(ordinary) : ordinary;
  const written = {};
  for (const [path, original] of Object.entries(files)) {
    let text = rename(path, original, { register, name, base, target, output });
    if (target === "qubes") text = forQubes(path, text);
    if (path === "mirage/NAME.opam") text = place(text, request.folder, request.options);
    if (path === "mirage/NAME.opam" || path === "Makefile") text = overlays(path, text, request.repositories);
    if (target === "virtio" && path === "dune.build") {
      text = text.replace(
        "(copy_files# ./mirage/main.ml)",
        `(copy_files ./mirage/${name}_libvirt.xml)\n\n(copy_files# ./mirage/main.ml)`,
      );
    }
    if (!request.faithful) text = adapted(path, text, target);
    const own = path.replace("NAME.opam", `${output ?? `${name}-${target}`}.opam`).replace("NAME", name);
    written[own.replace("main.ml", `${output ?? "main"}.ml`)] = text;
  }
  if (target === "virtio") {
    written[`mirage/${name}_libvirt.xml`] = recorded(
      "skeleton",
      "tutorial/hello",
      "xen",
      "generated",
      "mirage",
      "hello_libvirt.xml",
    ).replaceAll("hello", name);
  }
  return written;
}
