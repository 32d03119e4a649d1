import { mkdir, open, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { readImage } from "../../../image/solo5Notes.ts";
import { capture } from "../../../platform/capture.ts";
import { ProblemError } from "../../../platform/errors.ts";
import type { Project } from "../../../project/vscode/projects.ts";
import { readHost } from "../../../toolchain/host.ts";
import { artifactOf, hostTarget, isFileName, type TargetId } from "../../../mirage/targets.ts";
import { bootOptions, type BootOption } from "../../boot/bootArguments.ts";
import type { Device } from "../../../image/solo5Notes.ts";
import type { Attachment } from "../../boot/manifest.ts";
import { preflight } from "../../preflight/preflight.ts";
import type { PrepareBootContext } from "../bootRequest.ts";
import { bootDevices, knownAttachments } from "../imageDevices.ts";
import { spawnSpec } from "../spawnSpec.ts";
import { t } from "../../../protocol/l10n.ts";

/** The boot arguments of a unikernel and the image that printed them, or why they are unknown. */
export type BootHelp =
  | { readonly kind: "options"; readonly options: readonly BootOption[]; readonly image: string }
  | { readonly kind: "unknown"; readonly why: string };

/** The time limit for printing the help. */
const helpMs = 10_000;

/** The options by the image's path and modification time. */
const cache = new Map<string, readonly BootOption[]>();

interface Candidate {
  readonly target: TargetId;
  readonly image: string;
  readonly builtAt: number;
}

/**
 * Reads the boot arguments of a unikernel from its own `--help=plain`. It runs the most recent image that is
 * a program of the host or that a tender can boot here. If that fails, for example because a network device
 * has no tap interface, it tries an older image. Only for trusted workspaces.
 */
export async function readBootHelp(context: PrepareBootContext, project: Project): Promise<BootHelp> {
  const candidates = await bootableImages(project);
  if (candidates.length === 0) {
    return {
      kind: "unknown",
      why: t("Build {0} first. Its boot arguments are read from its image.", project.name),
    };
  }
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const key = `${candidate.image}\0${candidate.builtAt}`;
    const found = cache.get(key) ?? (await runHelp(context, project, candidate));
    if (typeof found !== "string") {
      cache.set(key, found);
      return { kind: "options", options: found, image: candidate.image };
    }
    reasons.push(found);
  }
  const advice = candidates.some(({ target }) => target === hostTarget(process.platform))
    ? ""
    : t(" You can also build an image for {0}.", hostTarget(process.platform));
  return { kind: "unknown", why: `${reasons.join(" ")}${advice}` };
}

/** The images that may print their help here, the most recent first. */
async function bootableImages({ buildDir, name, state }: Project): Promise<readonly Candidate[]> {
  const found = await Promise.all(
    ([hostTarget(process.platform), "spt", "hvt"] as const).map(async (target) => {
      // config.ml may compute the name, which is known from the generated files then.
      const current = state.configured?.target === target ? state.image?.path : undefined;
      if (current === undefined && !isFileName(name)) return [];
      const image = current ?? join(buildDir, artifactOf(target, name));
      const facts = await stat(image).catch(() => undefined);
      return facts?.isFile() ? [{ target, image, builtAt: facts.mtimeMs }] : [];
    }),
  );
  return found.flat().toSorted((a, b) => b.builtAt - a.builtAt);
}

/** Boots an image to read its help. Resolves to a sentence if that fails. */
async function runHelp(
  context: PrepareBootContext,
  project: Project,
  { target, image: path }: Candidate,
): Promise<readonly BootOption[] | string> {
  const name = basename(path);
  const [image, host] = await Promise.all([readImage(path), readHost()]);
  const request = { project, scope: project, target, image: path };
  const devices = await bootDevices(request, image);
  const known = knownAttachments(context.projects, request, devices);
  const net = known.unattached.find(({ type }) => type === "NET_BASIC");
  if (net)
    return t(
      'Could not run {0} --help: its network device "{1}" is not attached to anything.',
      name,
      net.name,
    );
  const attachments = { ...known.attachments, ...(await attachEmptyDisks(devices, context.scratch)) };
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
    return t("Could not run {0} --help: {1}", name, found.map(({ message }) => message).join(" "));
  try {
    const { spec } = await spawnSpec(
      {
        target,
        name: project.name,
        cwd,
        image: path,
        bootArguments: ["--help=plain"],
        devices,
        attachments,
        host,
        env: {},
        scratch: context.scratch,
      },
      project,
      context.toolchain,
    );
    const { stdout, stderr } = await capture(context.run, spec, { timeoutMs: helpMs });
    const options = bootOptions(stdout);
    if (options.length > 0) return options;
    const lastLine = stderr.trim().split("\n").at(-1) ?? "";
    return lastLine === ""
      ? t("{0} --help printed nothing.", name)
      : t("{0} --help printed no options: {1}", name, lastLine);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.message;
    throw error;
  }
}

/** Attaches an empty file to each block device: printing the help must not touch the user's files. */
async function attachEmptyDisks(
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
