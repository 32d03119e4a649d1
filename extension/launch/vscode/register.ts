import * as vscode from "vscode";
import type { Launcher } from "./resolveLaunch.ts";

const type = "mirage";

/** Registers the debug type `mirage`. The code behind it is loaded on first use. */
export function registerLauncher(launcher: Launcher): vscode.Disposable {
  const { projects, toolchain } = launcher;
  const configurations = () => import("./launchConfigurations.ts");
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(type, {
      provideDebugConfigurations: async (folder) =>
        (await configurations()).initialConfigurations(projects, folder),
      resolveDebugConfiguration: async (_, configuration) =>
        (await configurations()).resolveConfiguration(projects, configuration),
    }),
    vscode.debug.registerDebugConfigurationProvider(
      type,
      {
        provideDebugConfigurations: async (folder) =>
          (await configurations()).dynamicConfigurations(projects, toolchain, folder),
      },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.languages.registerCompletionItemProvider(
      [{ pattern: "**/launch.json" }, { pattern: "**/*.code-workspace" }],
      {
        provideCompletionItems: async (document, position) =>
          (await import("./launchCompletion.ts")).completeLaunch(launcher, document, position),
      },
      '"',
    ),
    vscode.languages.registerInlineValuesProvider("ocaml", {
      provideInlineValues: async (document, viewPort, context) =>
        (await import("./debug/inlineValues.ts")).provideInlineValues(document, viewPort, context),
    }),
    vscode.languages.registerEvaluatableExpressionProvider("ocaml", {
      provideEvaluatableExpression: async (document, position) =>
        (await import("./debug/hoverExpression.ts")).provideHoverExpression(document, position),
    }),
    vscode.debug.registerDebugAdapterDescriptorFactory(type, {
      createDebugAdapterDescriptor: async (session) =>
        (await import("./debugAdapter.ts")).createAdapter(launcher, session),
    }),
  );
}

/** The handlers of the commands that boot a unikernel or change how it boots, by command id. */
export function launchCommands(launcher: Launcher): Record<string, (invokedOn: unknown) => Promise<unknown>> {
  return {
    "mirageos.debug": async (on) => (await import("./debugCommand.ts")).debugUnikernel(launcher.projects, on),
    "mirageos.bootArguments": async (on) =>
      (await import("./arguments/bootArgumentPicker.ts")).pickBootArguments(launcher, on),
    "mirageos.showHostCommands": async (on) => (await import("./devicePrompts.ts")).showHostCommands(on),
  };
}
