import { join } from "node:path";
import type { Page } from "playwright-core";
import { createVSIX } from "@vscode/vsce";
import { packageExtension, vsixPath } from "../../scripts/package.ts";
import { installWorkbench } from "../../scripts/vscode.ts";
import { withStandIns } from "../harness/samples.ts";
import {
  installExtension,
  openPage,
  showWorkbench,
  startWorkbench,
  temporaryFolder,
} from "../harness/workbench.ts";

/** One VS Code with the packaged extension, in which a folder can be opened again and again. */
export interface Installed {
  /** Absolute path of the folder in which VS Code keeps its logs. */
  readonly logs: string;
  /** Opens a new window on the folder, each with an extension host of its own, and closes it afterwards. */
  readonly inWindow: <T>(look: (page: Page) => Promise<T>) => Promise<T>;
}

interface Beside {
  /** The folder of an extension that is packed and installed beside ours. */
  readonly extension: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Packs and installs the extension, starts a VS Code on `folder`, and ends it when `measure` has ended. */
export async function withInstalled<T>(
  folder: string,
  measure: (installed: Installed) => Promise<T>,
  beside?: Beside,
): Promise<T> {
  await installWorkbench();
  await packageExtension();
  const data = await temporaryFolder("mirageos-bench-");
  try {
    const userData = join(data.path, "server");
    const extensionsDir = join(data.path, "extensions");
    await installExtension(vsixPath, extensionsDir, userData);
    if (beside) {
      const vsix = join(data.path, "beside.vsix");
      await createVSIX({
        cwd: beside.extension,
        packagePath: vsix,
        allowMissingRepository: true,
        skipLicense: true,
        dependencies: false,
      });
      await installExtension(vsix, extensionsDir, userData);
    }
    const env = { ...withStandIns(process.env), ...beside?.env };
    const workbench = await startWorkbench({ folder, userData, extensionsDir, env, gallery: false });
    try {
      const inWindow = async <R>(look: (page: Page) => Promise<R>): Promise<R> => {
        const { page, close } = await openPage();
        try {
          await showWorkbench(page, workbench.url());
          return await look(page);
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
