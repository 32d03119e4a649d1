import type { PlannedFile } from "../scaffold/scaffoldPlan.ts";

/** The devices of the host that the container can use. */
export interface DeviceFacts {
  /** Whether /dev/kvm exists. Docker refuses to start a container with a device that the host does not have. */
  readonly kvm: boolean;
  /** Whether /dev/net/tun exists; it also does in the virtual machine of Docker Desktop. */
  readonly tun: boolean;
}

/** The two paths of a definition that the dev container specification allows. The extension writes the first. */
export const definitionPath = ".devcontainer/devcontainer.json";
export const otherDefinition = ".devcontainer.json";

/**
 * Returns the files of a dev container for unikernels, with their paths relative to the workspace folder. `read`
 * returns the text of a file in `snippets/devcontainer`.
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

/** Comments the device's line out rather than removing it: another computer may have the device. */
const withoutDevice = (text: string, device: string): string =>
  text.replace(`"--device=${device}"`, (line) => `// ${line}`);
