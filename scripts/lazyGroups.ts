/**
 * Modules that are loaded together on first use, as one chunk. With a chunk for each module, esbuild would
 * split the shared code into many small chunks, and vsce warns about more than 100 files.
 */
export const lazyGroups: Readonly<Record<string, readonly string[]>> = {
  // Modules that prompt or answer the user.
  dialogs: [
    "extension/assistant/vscode/tools.ts",
    "extension/bootTests/vscode/makeTest.ts",
    "extension/dependencies/vscode/addPackage.ts",
    "extension/dependencies/vscode/checkPins.ts",
    "extension/dependencies/vscode/updatePackage.ts",
    "extension/dependencies/vscode/updateRepositories.ts",
    "extension/launch/vscode/bootArgumentPicker.ts",
    "extension/launch/vscode/debugCommand.ts",
    "extension/launch/vscode/devicePrompts.ts",
    "extension/launch/vscode/launchCompletion.ts",
    "extension/migrate/vscode/migrateCommand.ts",
    "extension/pipeline/vscode/optionsForm.ts",
    "extension/project/vscode/unikernelFiles.ts",
    "extension/report/vscode/reportIssue.ts",
    "extension/scaffold/vscode/addDevice.ts",
    "extension/scaffold/vscode/clone.ts",
    "extension/scaffold/vscode/newUnikernel.ts",
    "extension/scaffold/vscode/openCreated.ts",
    "extension/toolchain/vscode/doctorPanel.ts",
    "extension/toolchain/vscode/switchPicker.ts",
    "extension/toolchain/vscode/switchTerminal.ts",
    "extension/toolchain/vscode/targetPicker.ts",
    "extension/walkthrough/vscode/addDevContainer.ts",
    "extension/walkthrough/vscode/installTools.ts",
  ],
  // Modules that read a config.ml during discovery.
  search: [
    "extension/mirage/config/configFile.ts",
    "extension/project/locateRoot.ts",
    "extension/project/vscode/headerCheck.ts",
  ],
  // Modules that run the tools of a switch.
  tools: [
    "extension/toolchain/detect.ts",
    "extension/toolchain/environment.ts",
    "extension/toolchain/libraries.ts",
    "extension/toolchain/readiness.ts",
    "extension/toolchain/switches.ts",
    "extension/toolchain/targetCheck.ts",
    "extension/toolchain/targetProblem.ts",
    "extension/toolchain/tools.ts",
    "extension/toolchain/vscode/checkTarget.ts",
    "extension/toolchain/vscode/toolCache.ts",
  ],
  // Modules that follow the sessions of the log.
  sessions: [
    "extension/logs/vscode/callSite.ts",
    "extension/logs/vscode/goToCrash.ts",
    "extension/logs/vscode/inlineLogs.ts",
  ],
  // The debugger: modules that run a unikernel under gdb.
  debugger: ["extension/debugger/session/start.ts", "extension/launch/session/debugRequest.ts"],
  // Modules that are loaded after the first search for unikernels.
  found: [
    "extension/dependencies/vscode/dependencyChecks.ts",
    "extension/dependencies/vscode/lockReview.ts",
    "extension/dependencies/vscode/packageCommands.ts",
    "extension/dependencies/repositories.ts",
    "extension/dependencies/vscode/packageCompletion.ts",
    "extension/dependencies/vscode/packageHover.ts",
    "extension/dependencies/vscode/packageRows.ts",
    "extension/dependencies/vscode/projectDependencies.ts",
    "extension/imageView/vscode/budgetCheck.ts",
    "extension/pipeline/vscode/diagnostics.ts",
    "extension/project/describeState.ts",
    "extension/project/vscode/headerCheck.ts",
    "extension/project/vscode/statusBar.ts",
    "extension/project/vscode/treeContent.ts",
    "extension/walkthrough/vscode/trackMilestones.ts",
  ],
  // Modules of boot tests.
  tests: [
    "extension/bootTests/duneTests/findDuneTests.ts",
    "extension/bootTests/vscode/addWorkflow.ts",
    "extension/bootTests/vscode/bootTestExplorer.ts",
    "extension/bootTests/vscode/duneTestItems.ts",
    "extension/bootTests/vscode/failureMessage.ts",
  ],
  // Modules that run a job or boot a unikernel.
  runs: [
    "extension/launch/vscode/configurations.ts",
    "extension/launch/vscode/debugAdapter.ts",
    "extension/launch/vscode/debug/attachLaunch.ts",
    "extension/launch/vscode/debug/hoverExpression.ts",
    "extension/launch/vscode/debug/inlineValues.ts",
    "extension/launch/vscode/prepareBoot.ts",
    "extension/launch/vscode/resolveLaunch.ts",
    "extension/logs/source/messageLines.ts",
    "extension/logs/store/logStore.ts",
    "extension/logs/vscode/ocamlSources.ts",
    "extension/logs/vscode/unikernelFolders.ts",
    "extension/pipeline/runJob.ts",
    "extension/pipeline/symlinkGuard.ts",
    "extension/pipeline/vscode/retryOnTarget.ts",
    "extension/pipeline/vscode/runner.ts",
    "extension/pipeline/vscode/tasks.ts",
    "extension/pipeline/vscode/saveChecks.ts",
  ],
};
