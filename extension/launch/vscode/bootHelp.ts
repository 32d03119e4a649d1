import { mkdir, open, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { readImage } from "../../image/solo5Notes.ts";
import { capture } from "../../platform/capture.ts";
import { ProblemError } from "../../platform/errors.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { readHost } from "../../toolchain/host.ts";
import { artifactOf, hostTarget, isFileName, type TargetId } from "../../toolchain/targets.ts";
import { bootOptions, type BootOption } from "../bootArguments.ts";
import type { Attachment, Device } from "../manifest.ts";
import { preflight } from "../preflight.ts";
import { bootWith } from "./boot.ts";
import { devicesOf, knownAttachments, type ReadyParts } from "./ready.ts";
import { t } from "../../platform/l10n.ts";

/** What a unikernel takes when it boots and which image said so, or why none could be asked. */
export type BootHelp =
  | { readonly kind: "options"; readonly options: readonly BootOption[]; readonly image: string }
  | { readonly kind: "unknown"; readonly why: string };

const askMs = 10_000;

/** By the image's path and the time of its build. */
const asked = new Map<string, readonly BootOption[]>();

interface Candidate {
  readonly target: TargetId;
  readonly image: string;
  readonly builtAt: number;
}

/**
 * The boot arguments of a unikernel, from its own `--help=plain`: asked of the image built last, be it a
 * program of the host or one that a tender here can boot. An image that can't be asked, such as one
 * whose network device has no tap, gives way to an older one. Only for trusted workspaces.
 */
export async function readBootHelp(parts: ReadyParts, project: Project): Promise<BootHelp> {
  const candidates = await built(project);
  if (candidates.length === 0) {
    return {
      kind: "unknown",
      why: t(
        "There is no image of {0} yet that could tell its boot arguments: build it first.",
        project.name,
      ),
    };
  }
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const key = `${candidate.image}\0${candidate.builtAt}`;
    const found = asked.get(key) ?? (await ask(parts, project, candidate));
    if (typeof found !== "string") {
      asked.set(key, found);
      return { kind: "options", options: found, image: candidate.image };
    }
    reasons.push(found);
  }
  const mend = candidates.some(({ target }) => target === hostTarget(process.platform))
    ? ""
    : t(" An image for {0} would tell them too.", hostTarget(process.platform));
  return { kind: "unknown", why: `${reasons.join(" ")}${mend}` };
}

/** The images that can be asked, the one built last first. */
async function built({ buildDir, name }: Project): Promise<readonly Candidate[]> {
  if (!isFileName(name)) return [];
  const found = await Promise.all(
    ([hostTarget(process.platform), "spt", "hvt"] as const).map(async (target) => {
      const image = join(buildDir, artifactOf(target, name));
      const facts = await stat(image).catch(() => undefined);
      return facts?.isFile() ? [{ target, image, builtAt: facts.mtimeMs }] : [];
    }),
  );
  return found.flat().toSorted((a, b) => b.builtAt - a.builtAt);
}

/** Boots an image for its help. A text says why that can't be done. */
async function ask(
  parts: ReadyParts,
  project: Project,
  { target, image: path }: Candidate,
): Promise<readonly BootOption[] | string> {
  const name = basename(path);
  const [image, host] = await Promise.all([readImage(path), readHost()]);
  const wish = { project, place: project, target, image: path };
  const devices = await devicesOf(wish, image);
  const known = knownAttachments(parts.projects, wish, devices);
  const net = known.unmapped.find(({ type }) => type === "NET_BASIC");
  if (net)
    return t('{0} boots only with its network device "{1}" attached, so it can\'t be asked.', name, net.name);
  const attachments = { ...known.attachments, ...(await emptyDisks(devices, parts.scratch)) };
  const cwd = project.root;
  const found = await preflight({
    target,
    path,
    image,
    devices,
    attachments,
    host,
    cwd,
    tenderAbi: undefined,
  });
  if (found.length > 0)
    return t("{0} can't be asked: {1}", name, found.map(({ message }) => message).join(" "));
  try {
    const { spec } = await bootWith(
      {
        target,
        name: project.name,
        cwd,
        image: path,
        bootArguments: ["--help=plain"],
        devices,
        attachments,
        host,
      },
      project,
      parts.toolchain,
      parts.scratch,
    );
    const { stdout, stderr } = await capture(parts.run, spec, { timeoutMs: askMs });
    const options = bootOptions(stdout);
    if (options.length > 0) return options;
    const said = stderr.trim().split("\n").at(-1) ?? "";
    return t("{0} printed no help{1}", name, said === "" ? "." : `: ${said}`);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.message;
    throw error;
  }
}

/** An empty disk for each block device: help needs none of the user's, and must not touch them. */
async function emptyDisks(
  devices: readonly Device[],
  scratch: string,
): Promise<Readonly<Record<string, Attachment>>> {
  const names = devices.filter(({ type }) => type === "BLOCK_BASIC").map(({ name }) => name);
  if (names.length === 0) return {};
  const host = join(scratch, "empty.img");
  await mkdir(scratch, { recursive: true });
  const file = await open(host, "a");
  await file.truncate(1024 * 1024);
  await file.close();
  return Object.fromEntries(names.map((name) => [name, { host }]));
}
