import { readConfigSource } from "../mirage/config/parseConfig.ts";
import { artifactOf, targets, type TargetId } from "../mirage/targets.ts";
import { shellCommand } from "../platform/shellQuote.ts";
import type { Template } from "./templates.ts";

/** A file to write. `path` is relative to the new folder, with `/`. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

export interface UnikernelRequest {
  readonly name: string;
  readonly target: TargetId;
}

/**
 * The files that all templates have. Without their dot, so that git and ocamlformat do not apply them to the folder of
 * templates.
 */
const sharedFiles = ["gitignore", "ocamlformat"] as const;

/** Creates the files of a template for a name and a target. `read` returns a file in the folder of templates. */
export async function planFiles(
  template: Template,
  request: UnikernelRequest,
  read: (path: string) => Promise<string>,
): Promise<readonly PlannedFile[]> {
  const own = template.files.map(async (path): Promise<PlannedFile> => {
    const text = await read(`${template.id}/${path}`);
    if (path === "config.ml") return { path, text: withName(text, request.name) };
    return { path, text: path === "README.md" ? fillPlaceholders(text, template, request) : text };
  });
  const shared = sharedFiles.map(async (name) => ({ path: `.${name}`, text: await read(name) }));
  return (await Promise.all([...own, ...shared])).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Replaces the name in the `register` call of a config.ml. Throws if there is none. */
export function withName(config: string, name: string): string {
  const span = readConfigSource(config).registers[0]?.name?.span;
  if (!span) throw new Error("The template's config.ml registers no name.");
  return config.slice(0, span.start) + name + config.slice(span.end);
}

/** Replaces `{{name}}`, `{{target}}` and `{{run}}` in the README of a template. */
function fillPlaceholders(text: string, template: Template, { name, target }: UnikernelRequest): string {
  const onHost = targets[target].family === "unix" ? template.hostOptions : [];
  const values: Readonly<Record<string, string>> = {
    name,
    target: [target, ...onHost].join(" "),
    run: bootLine(template, name, target),
  };
  return text.replace(/\{\{(\w+)\}\}/g, (whole, placeholder: string) => values[placeholder] ?? whole);
}

/** The command line that boots the image in a terminal, with the options that attach its devices. */
function bootLine({ devices }: Template, name: string, target: TargetId): string {
  const image = artifactOf(target, name);
  if (targets[target].family === "unix") return `./${image}`;
  if (target !== "hvt" && target !== "spt") return `# ${targets[target].label} boots ${image}:`;
  const disks = devices.some((device) => device === "block" || device === "kv_rw");
  const pure = devices.every((device) => ["block", "kv_rw", "kv_ro"].includes(device));
  const disk = devices.includes("kv_rw") ? "littlefs=littlefs" : "storage=disk.img";
  const options = [...(pure ? [] : ["--net:service=tap0"]), ...(disks ? [`--block:${disk}`] : [])];
  return shellCommand([`solo5-${target}`, ...options, "--", image]);
}
