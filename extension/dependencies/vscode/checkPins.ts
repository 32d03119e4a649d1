import * as vscode from "vscode";
import { showInformationMessage, showWarningMessage } from "../../platform/vscode/messages.ts";
import { currentEnv } from "../../platform/env.ts";
import { problems } from "../../platform/errors.ts";
import { readText } from "../../platform/readText.ts";
import { showProblem } from "../../platform/vscode/showProblem.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { t } from "../../protocol/l10n.ts";
import { checkPinReferences } from "../pins/pinChecks.ts";
import { readConfigPackages } from "../configPackages.ts";
import { gitAddress, queryReferences, type RepositoryReferences } from "../pins/pinReferences.ts";
import type { CatalogueContext } from "./packageCatalogue.ts";
import { setReferences } from "./pinState.ts";
import { readProjectLock } from "./projectDependencies.ts";
import { abortSignal } from "../../platform/vscode/abortSignal.ts";

/**
 * Asks the repositories of a unikernel's pins for their branches and tags, and reports at the pins which of them have
 * moved since the lock or do not exist. It uses the network.
 */
export async function checkPins(
  projects: Projects,
  context: CatalogueContext,
  invokedOn: unknown,
): Promise<void> {
  if (!vscode.workspace.isTrusted) return showProblem(problems.untrusted());
  const project = await projectFor(projects, invokedOn);
  if (!project) return;
  const config = (await readText(project.configFile)) ?? "";
  const packages = readConfigPackages(config);
  const addresses = new Set(
    packages.flatMap(({ pin }) => {
      const address = pin && gitAddress(pin.url);
      return address === undefined ? [] : [address];
    }),
  );
  if (addresses.size === 0) {
    await showInformationMessage(t("config.ml of {0} pins no package to a git repository.", project.name));
    return;
  }
  const found = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: t("Checking the pins of {0}", project.name),
      cancellable: true,
    },
    (_, token) => queryAll(context, project, [...addresses], token),
  );
  if (!found) return;
  setReferences(project.id, found);
  const lock = await readProjectLock(project);
  const changed = checkPinReferences({ packages, config, lock, references: found }).length;
  const silent = addresses.size - found.size;
  const show = t("Show Problems");
  const answer =
    silent > 0
      ? await showWarningMessage(
          t(
            "{0} of {1} repositories did not answer. Check the network, and that git can read them without a prompt.",
            silent,
            addresses.size,
          ),
          ...(changed > 0 ? [show] : []),
        )
      : changed > 0
        ? await showInformationMessage(
            changed === 1
              ? t("1 pin of {0} has moved since the lock or does not exist.", project.name)
              : t("{1} pins of {0} have moved since the lock or do not exist.", project.name, changed),
            show,
          )
        : await showInformationMessage(
            lock
              ? t("The lock file has the current commits of all pins of {0}.", project.name)
              : t("All branches and tags that {0} pins exist.", project.name),
          );
  if (answer === show) await vscode.commands.executeCommand("workbench.actions.view.problems");
}

/** What the repositories answer, without those that do not; undefined if the user cancels. */
async function queryAll(
  { run, toolchain }: CatalogueContext,
  project: Project,
  addresses: readonly string[],
  token: vscode.CancellationToken,
): Promise<ReadonlyMap<string, RepositoryReferences> | undefined> {
  const signal = abortSignal(token);
  const environment = await toolchain.environment(project).catch(() => undefined);
  const options = { env: environment?.env ?? currentEnv(), cwd: project.root, signal };
  const found = await Promise.all(
    addresses.map(async (address) => [address, await queryReferences(run, address, options)] as const),
  );
  if (signal.aborted) return undefined;
  return new Map(found.flatMap(([address, references]) => (references ? [[address, references]] : [])));
}
