import { join } from "node:path";
import type { Page } from "playwright-core";
import { createVSIX } from "@vscode/vsce";
import { packageExtension, vsixPath } from "../../scripts/package.ts";
import { installWorkbench } from "../../scripts/vscode.ts";
import { withStandIns } from "../harness/samples.ts";
import { openPage, showWorkbench } from "../harness/browser.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { installExtension, startWorkbench } from "../harness/workbench.ts";

/** A VS Code with the packaged extension, which can open a folder in several windows one after another. */
export interface Installed {
  /** Absolute path of the folder that contains the logs of VS Code. */
  readonly logs: string;
  /** Opens a window with its own extension host, runs `act` in it, and closes it. */
  readonly inWindow: <T>(act: (page: Page) => Promise<T>) => Promise<T>;
}

interface OtherExtension {
  /** The folder of another extension, which is packaged and installed too. */
  readonly extension: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Packages and installs the extension, starts a VS Code with `folder`, runs `measure` and stops VS Code. */
export async function withInstalled<T>(
  folder: string,
  measure: (installed: Installed) => Promise<T>,
  other?: OtherExtension,
): Promise<T> {
  await installWorkbench();
  await packageExtension();
  const data = await temporaryFolder("mirageos-bench-");
  try {
    const userData = join(data.path, "server");
    const extensionsDir = join(data.path, "extensions");
    await installExtension(vsixPath, extensionsDir, userData);
    if (other) {
      const vsix = join(data.path, "other.vsix");
      await createVSIX({
        cwd: other.extension,
        packagePath: vsix,
        allowMissingRepository: true,
        skipLicense: true,
        dependencies: false,
      });
      await installExtension(vsix, extensionsDir, userData);
    }
    const env = { ...withStandIns(process.env), ...other?.env };
    const workbench = await startWorkbench({ folder, userData, extensionsDir, env, gallery: false });
    try {
      const inWindow = async <R>(act: (page: Page) => Promise<R>): Promise<R> => {
        const { page, close } = await openPage();
        try {
          await showWorkbench(page, workbench.url());
          return await act(page);
        } finally {
          await close();
        }
      };
      return await measure({ logs: join(userData, "data", "logs"), inWindow });
    } finally {
      await workbench.stop();
    }
  } finally {
    await data.remove();
  }
}
