/** All tools that the extension looks for: names of programs on PATH, and two OCaml cross compilers at the end. */
export const toolIds = [
  "opam",
  "mirage",
  "opam-monorepo",
  "dune",
  "ocaml",
  "make",
  "ocamllsp",
  "ocamlformat",
  "solo5-elftool",
  "solo5-hvt",
  "solo5-spt",
  "solo5-virtio-run",
  "qemu-system-x86_64",
  "qemu-system-aarch64",
  "firecracker",
  "xl",
  "gdb",
  "ocaml-solo5",
  "ocaml-unikraft",
] as const;

export type ToolId = (typeof toolIds)[number];

/** Whether a string is the id of a tool. */
export function isTool(text: string): text is ToolId {
  return toolIds.some((id) => id === text);
}
