/** Every tool the extension looks for. Programs are named as on PATH; the last two are OCaml cross compilers. */
export const toolIds = [
  "opam",
  "mirage",
  "opam-monorepo",
  "dune",
  "ocaml",
  "make",
  "ocamllsp",
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

/** Whether the text names a tool of the table. */
export function isTool(text: string): text is ToolId {
  return toolIds.some((id) => id === text);
}
