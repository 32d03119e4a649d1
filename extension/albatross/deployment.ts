import type { Device, ImageFile } from "../image/solo5Notes.ts";
import { escapeForSolo5, guestArguments } from "../mirage/guestArguments.ts";
import { t } from "../protocol/l10n.ts";
import type { Deployment, HostOverview } from "./client/hostClient.ts";
import { nearestPolicy, policyUse } from "./policyUse.ts";
import { formatName, formatPath, type HostName } from "./wire/names.ts";
import type { UnikernelInfo } from "./wire/replies.ts";

/** What the user chooses for a deployment. */
export interface DeploymentChoices {
  readonly name: HostName;
  /** In MB. */
  readonly memory: number;
  readonly cpus: readonly number[];
  readonly arguments: readonly string[];
  readonly restart: boolean;
  /** The host's bridge or block device for each device of the image; undefined if it is not chosen. */
  readonly devices: Readonly<Record<string, string | undefined>>;
}

/** The choices of an earlier deployment, which are the defaults of the next one. */
export type StoredChoices = Partial<Omit<DeploymentChoices, "name">> & { readonly name?: string };

const defaultMemory = 32;

/** Why a host of albatross cannot run an image, as a sentence, or its devices. */
export function deployableDevices(image: ImageFile): readonly Device[] | string {
  if (image.kind === "missing") return t("There is no image yet.");
  if (image.kind !== "solo5" || (image.abi.target !== "hvt" && image.abi.target !== "spt"))
    return t("albatross runs images for hvt and spt only. Select one of these targets and build again.");
  return image.devices;
}

/**
 * The choices to begin with: those of the running unikernel of that name, else those of the last deployment, else defaults
 * that the policy of the path allows. A device gets the host's device of its own name, or the only one there is.
 */
export function initialChoices(
  name: HostName,
  devices: readonly Device[],
  overview: HostOverview,
  stored: StoredChoices,
  bootArguments: readonly string[],
): DeploymentChoices {
  const allowed = nearestPolicy(overview.policies, name.path)?.policy.cpuids ?? [];
  const cpus = (stored.cpus ?? []).filter((cpu) => allowed.length === 0 || allowed.includes(cpu));
  return {
    name,
    memory: stored.memory ?? defaultMemory,
    cpus: cpus.length > 0 ? cpus : [allowed[0] ?? 0],
    arguments: stored.arguments ?? bootArguments,
    restart: stored.restart ?? false,
    devices: Object.fromEntries(
      devices.map((device) => {
        const candidates = hostDevices(device, name, overview);
        const before = stored.devices?.[device.name];
        const same = [before, device.name].find((each) => each !== undefined && candidates.includes(each));
        return [device.name, same ?? (candidates.length === 1 ? candidates[0] : undefined)];
      }),
    ),
  };
}

/** The host's devices that a device of an image can use: bridges of the policy, or free block devices of the path. */
export function hostDevices(
  { type }: Device,
  { path, label }: HostName,
  { policies, blocks, unikernels }: HostOverview,
): readonly string[] {
  if (type === "NET_BASIC") {
    const bridges = policies.flatMap(({ policy }) => policy.bridges);
    return [...new Set(nearestPolicy(policies, path)?.policy.bridges ?? bridges)];
  }
  const isHere = (each: HostName) => each.path.join(":") === path.join(":");
  // Those of the unikernel that is replaced become free.
  const own = unikernels.find(({ name }) => isHere(name) && name.label === label)?.info.blocks ?? [];
  return blocks
    .filter(({ name, active }) => isHere(name) && (!active || own.some((block) => isSameBlock(block, name))))
    .map(({ name }) => name.label);
}

const isSameBlock = ({ hostDevice }: { readonly hostDevice: string }, { label }: HostName): boolean =>
  hostDevice.split(":").at(-1) === label;

/** Whether a unikernel of the name runs, which a deployment replaces. */
export const isRunning = ({ name }: DeploymentChoices, { unikernels }: HostOverview): boolean =>
  unikernels.some((each) => formatName(each.name) === formatName(name));

/** What keeps the choices from being sent, each as a sentence. */
export function choiceProblems(
  { cpus, devices: chosen, memory, name }: DeploymentChoices,
  devices: readonly Device[],
  overview: HostOverview,
): readonly string[] {
  const found = devices
    .filter((device) => chosen[device.name] === undefined)
    .map((device) =>
      device.type === "NET_BASIC"
        ? t("The network device {0} needs a bridge of the host.", device.name)
        : t("The block device {0} needs a block device in the same path of the host.", device.name),
    );
  const { cpuids, bridges } = nearestPolicy(overview.policies, name.path)?.policy ?? {};
  if (cpuids && !cpus.every((cpu) => cpuids.includes(cpu)))
    found.push(t("The policy allows the CPUs {0}.", cpuids.join(", ") || t("none")));
  for (const device of devices) {
    const bridge = device.type === "NET_BASIC" ? chosen[device.name] : undefined;
    if (bridges && bridge !== undefined && !bridges.includes(bridge))
      found.push(t("The policy does not allow the bridge {0}.", bridge));
  }
  return [...found, ...exceededLimits(name, memory, overview)];
}

/** What the policies of the path and above it do not have left for a unikernel, apart from the one that it replaces. */
function exceededLimits(name: HostName, memory: number, overview: HostOverview): string[] {
  const others = overview.unikernels.filter((each) => formatName(each.name) !== formatName(name));
  return overview.policies
    .filter(({ path }) => path.every((label, index) => name.path[index] === label))
    .flatMap((policy) => {
      const used = policyUse(policy, { ...overview, unikernels: others });
      const path = policy.path.length === 0 ? t("the root") : formatPath(policy.path);
      const { limit = 0n } = used.memory;
      return [
        ...(used.memory.used + BigInt(memory) > limit
          ? [
              t(
                "The policy of {0} allows {1} MB of memory, of which {2} MB are used.",
                path,
                String(limit),
                String(used.memory.used),
              ),
            ]
          : []),
        ...(used.unikernels.limit !== undefined && used.unikernels.used >= used.unikernels.limit
          ? [
              t(
                "The policy of {0} allows {1} unikernels, and all of them are running.",
                path,
                String(used.unikernels.limit),
              ),
            ]
          : []),
      ];
    });
}

/** The message for the host. */
export function deploymentOf(choices: DeploymentChoices, devices: readonly Device[]): Deployment {
  const mapped = (type: Device["type"]) => devices.filter((device) => device.type === type);
  const blocks = mapped("BLOCK_BASIC").map(({ name }) => ({ name, ...withDevice(choices, name) }));
  const bridges = mapped("NET_BASIC").map(({ name }) => {
    const bridge = choices.devices[name];
    return bridge === undefined || bridge === name ? { name } : { name, bridge };
  });
  return {
    failBehaviour: choices.restart ? { kind: "restart", value: [] } : { kind: "quit", value: null },
    addName: true,
    cpuids: choices.cpus,
    memory: choices.memory,
    ...(blocks.length > 0 && { blocks }),
    ...(bridges.length > 0 && { bridges }),
    ...(choices.arguments.length > 0 && { arguments: choices.arguments.map(escapeForSolo5) }),
    cpus: 1,
  };
}

function withDevice({ devices }: DeploymentChoices, name: string) {
  const device = devices[name];
  return device === undefined || device === name ? {} : { device };
}

/** The arguments that a unikernel receives: albatross passes the escaped ones to the tender. */
export const argumentsOf = (info: UnikernelInfo): readonly string[] => guestArguments(info.arguments ?? []);

/** All that a running unikernel was started with, with other arguments: albatross replaces everything. */
export function withArguments(info: UnikernelInfo, args: readonly string[]): Deployment {
  const { blocks = [], bridges = [], startup, cpus } = info;
  return {
    failBehaviour: info.failBehaviour,
    ...(startup !== undefined && { startup }),
    // Info does not have this flag; the daemon starts a unikernel again without --name if it does not know it.
    addName: true,
    cpuids: info.cpuids,
    memory: info.memory,
    ...(blocks.length > 0 && {
      blocks: blocks.map(({ device, hostDevice, sectorSize }) => ({
        name: device,
        device: hostDevice.split(":").at(-1) ?? hostDevice,
        sectorSize,
      })),
    }),
    ...(bridges.length > 0 && {
      bridges: bridges.map(({ device, hostDevice, mac }) => ({ name: device, bridge: hostDevice, mac })),
    }),
    ...(args.length > 0 && { arguments: args.map(escapeForSolo5) }),
    ...(cpus !== undefined && { cpus }),
  };
}
