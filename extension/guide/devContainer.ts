import type { PlannedFile } from "../scaffold/plan.ts";

/** What the container can be given of the computer it runs on. */
export interface DeviceFacts {
  /** Whether there is a /dev/kvm: Docker refuses to start a container with a device that is missing. */
  readonly kvm: boolean;
  /** Whether there is a /dev/net/tun, in Docker Desktop's virtual machine too. */
  readonly tun: boolean;
}

/** Where a definition may stand, by the specification of dev containers; the first is ours. */
export const definitionPath = ".devcontainer/devcontainer.json";
export const otherDefinition = ".devcontainer.json";

/**
 * The files of a dev container for unikernels, with their paths below the folder. `read` gives the text of one of
 * `snippets/devcontainer`.
 */
export async function devContainerFiles(
  { kvm, tun }: DeviceFacts,
  read: (name: string) => Promise<string>,
): Promise<readonly PlannedFile[]> {
  let definition = await read("devcontainer.json");
  if (!kvm) definition = withoutDevice(definition, "/dev/kvm");
  if (!tun) definition = withoutDevice(definition, "/dev/net/tun");
  return [
    { path: definitionPath, text: definition },
    { path: ".devcontainer/Dockerfile", text: await read("Dockerfile") },
  ];
}

/** The device's line becomes a comment: somebody else's computer can still have it. */
const withoutDevice = (text: string, device: string): string =>
  text.replace(`"--device=${device}"`, (line) => `// ${line}`);
