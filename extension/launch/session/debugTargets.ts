import { targets, type TargetId } from "../../mirage/targets.ts";
import { t } from "../../protocol/l10n.ts";

/** Why an image for a target cannot be debugged on a computer, as a sentence; `undefined` if it can. */
export function notDebuggable(
  target: TargetId,
  platform: NodeJS.Platform,
  architecture: string,
): string | undefined {
  switch (targets[target].booter) {
    case "process":
      if (platform === "darwin")
        return t(
          "Breakpoints need gdb, which can't debug programs of macOS. Debug in a dev container instead.",
        );
      return platform === "win32" ? t("Breakpoints need gdb on Linux or FreeBSD.") : undefined;
    case "solo5-spt":
    case "solo5-hvt":
      return platform === "linux" && architecture === "x64"
        ? undefined
        : t("An image for {0} can be debugged on Linux with x86-64 only.", target);
    case "virtio":
    case "unikraft-qemu":
      return undefined;
    case "xl":
    case "unikraft-firecracker":
    case undefined:
      return t("An image for {0} can't be debugged from VS Code.", target);
  }
}

/**
 * Whether a file may be compiled into a unikernel, so that a breakpoint in it needs gdb. `root` is the folder of the
 * unikernel, `undefined` if no unikernel of the workspace is known to have built the image. `roots` has the folders of
 * all unikernels of the workspace.
 */
export function isSourceOf(path: string, root: string | undefined, roots: readonly string[]): boolean {
  const isInside = (folder: string) => path.startsWith(`${folder}/`);
  const isSource = /\.(?:ml|mly|mll|c|h|S)$/.test(path) && !path.endsWith("/config.ml");
  return isSource && (root === undefined || isInside(root) || !roots.some(isInside));
}
