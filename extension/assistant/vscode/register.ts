import { type AssistantContext, toolNames } from "./assistantContext.ts";
import * as vscode from "vscode";

/** Registers the tools for language models. Their code is loaded on first use. */
export function registerAssistant(context: AssistantContext): vscode.Disposable {
  // Editors that are based on VS Code may not have the API for language models.
  if (!("lm" in vscode) || !("registerTool" in vscode.lm)) return { dispose: () => undefined };
  const tools = async () => (await import("./tools.ts")).createTools(context);
  return vscode.Disposable.from(
    ...toolNames.map((name) =>
      vscode.lm.registerTool<unknown>(name, {
        prepareInvocation: async ({ input }) => (await tools())[name].prepare(input),
        invoke: async ({ input }, token) => {
          const text = await (await tools())[name].invoke(input, token);
          return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
        },
      }),
    ),
  );
}
