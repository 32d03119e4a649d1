import { readConfigSource } from "../../language-bridge/configSource.ts";
import { artifactOf, targets, type TargetId } from "../toolchain/targets.ts";
import type { Template } from "./templates.ts";

/** A file to write: its path below the new folder, with `/`. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

export interface Wanted {
  readonly name: string;
  readonly target: TargetId;
}

/** The file that all templates have and that cannot have its real name here: it would act on this folder. */
export const sharedIgnore = "gitignore";

/** What a template becomes for a name and a target. `read` gives the text of a file below the templates. */
export async function planFiles(
  template: Template,
  wanted: Wanted,
  read: (path: string) => Promise<string>,
): Promise<readonly PlannedFile[]> {
  const own = template.files.map(async (path): Promise<PlannedFile> => {
    const text = await read(`${template.id}/${path}`);
    if (path === "config.ml") return { path, text: withName(text, wanted.name) };
    return { path, text: path === "README.md" ? withMarks(text, template, wanted) : text };
  });
  const ignore = read(sharedIgnore).then((text) => ({ path: ".gitignore", text }));
  return (await Promise.all([...own, ignore])).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** config.ml with the unikernel's name in its `register`. */
export function withName(config: string, name: string): string {
  const span = readConfigSource(config).registers[0]?.name?.span;
  if (!span) throw new Error("The template's config.ml registers no name.");
  return config.slice(0, span.start) + name + config.slice(span.end);
}

function withMarks(text: string, template: Template, { name, target }: Wanted): string {
  const onHost = targets[target].family === "unix" ? template.hostOptions : [];
  const marks: Readonly<Record<string, string>> = {
    name,
    target: [target, ...onHost].join(" "),
    run: bootLine(template, name, target),
  };
  return text.replace(/\{\{(\w+)\}\}/g, (whole, mark: string) => marks[mark] ?? whole);
}

/** How the image is booted in a terminal, with the devices that the tender has to be told. */
function bootLine({ devices }: Template, name: string, target: TargetId): string {
  const image = artifactOf(target, name);
  if (targets[target].family === "unix") return `./${image}`;
  if (target !== "hvt" && target !== "spt") return `# ${targets[target].label} boots ${image}:`;
  const disks = devices.some((device) => device === "block" || device === "kv_rw");
  const pure = devices.every((device) => ["block", "kv_rw", "kv_ro"].includes(device));
  const disk = devices.includes("kv_rw") ? "littlefs=littlefs" : "storage=disk.img";
  const options = [...(pure ? [] : ["--net:service=tap0"]), ...(disks ? [`--block:${disk}`] : [])];
  return [`solo5-${target}`, ...options, "--", image].join(" ");
}
