import type { Device } from "../../image/solo5Notes.ts";
import type { TargetId } from "../../mirage/targets.ts";
import type { Run } from "../../platform/process.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import type { ToolchainScope } from "../../toolchain/toolchainScope.ts";
import type { Attachments } from "../boot/manifest.ts";

/** What preparing a boot uses of the rest of the extension. */
export interface PrepareBootContext {
  readonly run: Run;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  /** The extension's storage folder, for files that tenders read. */
  readonly scratch: string;
}

/** An existing image and how to boot it. */
export interface BootRequest {
  /** The unikernel of the workspace that the image was built from, if there is one. */
  readonly project: Project | undefined;
  readonly name: string;
  readonly scope: ToolchainScope;
  readonly target: TargetId;
  /** The image's absolute path. */
  readonly image: string;
  /** The working directory of the tender. Relative paths of block devices are resolved against it. */
  readonly cwd: string;
  readonly bootArguments: readonly string[];
  /** Attachments that were requested for this boot. */
  readonly attachments?: Attachments;
  /** The devices of these attachments with their kinds, for images that declare none. */
  readonly devices?: readonly Device[];
  readonly memoryMb?: number | undefined;
  readonly tenderArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called with `true` before the user is prompted, and with `false` afterwards. */
  readonly onPrompt?: (isOpen: boolean) => void;
}
