import { readDuneFile } from "../../extension/project/libraries/duneFile.ts";
import type { ProjectState } from "../../extension/project/model.ts";
import { duneResetReason } from "../../extension/project/state.ts";
import { missingModule, providersOf, type ModuleProvider } from "../../extension/mirage/modules.ts";
import { t } from "../../extension/protocol/l10n.ts";

/** Why the language server does not find the modules that a unikernel uses, and the command that fixes it. */
export interface MissingLibraries {
  readonly title: string;
  readonly command: "mirageos.configure" | "mirageos.fetch" | "mirageos.build";
  /** Short text for the status item. */
  readonly text: string;
  readonly reason: string;
}

/** The dune context that a target is built in. When it changes, dune returns different settings for every file. */
export function duneContext(target: string | undefined): "default" | "solo5" | "unikraft" | "none" {
  if (target === undefined) return "none";
  if (target === "unix" || target === "macosx") return "default";
  return target.startsWith("unikraft") ? "unikraft" : "solo5";
}

/** A key that changes when a server must be restarted: after a change of the dune context or of `dune.build`, or a first build. */
export function serverKey(state: ProjectState, duneProject: boolean): string {
  const reset = state.stale.some(({ reason }) => reason === duneResetReason);
  return [duneContext(state.configured?.target), reset, state.image !== undefined, duneProject].join(" ");
}

/** Whether the server reported that dune has no settings for the file. */
export function isUnknownFile(messages: readonly string[]): boolean {
  return messages.some((message) => message.startsWith("No config found for file"));
}

/** The names in the `libraries` field of `dune.build`, the dune file that mirage writes. */
export function listedLibraries(duneBuild: string): ReadonlySet<string> {
  return new Set(readDuneFile(duneBuild).linkedLibraries);
}

/** Whether the server did not find a module of a library that the unikernel is configured with. */
function lacksLibrary(messages: readonly string[], libraries: () => ReadonlySet<string>): boolean {
  const unbound = messages.flatMap((message) => missingModule(message) ?? []);
  if (unbound.length === 0) return false;
  // dune's name for the modules of the unikernel itself, which its first build compiles.
  if (unbound.includes("Dune__exe")) return true;
  const listed = libraries();
  const packages = new Map([...listed].map((library) => [library.replace(/\..*/s, ""), ""]));
  // A sublibrary that the unikernel is not configured with is found by no build.
  const isListed = ({ package: name, sublib }: ModuleProvider): boolean =>
    packages.has(name) && (sublib === undefined || listed.has(`${name}.${sublib}`));
  return unbound.some((module) => providersOf(module, packages).some(isListed));
}

/**
 * What must be done before the language server can check an OCaml file of a unikernel, from the
 * project's state and the messages of the server about that file. Undefined when the messages are about
 * the code. `libraries` returns the libraries that the unikernel is configured with. `hasOwnStanza` says
 * that the user's own dune file describes the file, as in a local library: then dune knows the file
 * before the project is configured.
 */
export function missingLibraries(
  name: string,
  state: ProjectState,
  messages: readonly string[],
  libraries: () => ReadonlySet<string> = () => new Set(),
  hasOwnStanza = false,
): MissingLibraries | undefined {
  const reset = state.stale.some(({ reason }) => reason === duneResetReason);
  if (state.configured === undefined || reset) {
    if (hasOwnStanza && !isUnknownFile(messages)) return undefined;
    const reason =
      state.configured === undefined
        ? t("{0} is not configured yet. Configure it so that its libraries are known.", name)
        : t("{0} must be configured again: {1}.", name, duneResetReason);
    return { title: t("Configure"), command: "mirageos.configure", text: t("Not configured"), reason };
  }
  if (!isUnknownFile(messages) && !lacksLibrary(messages, libraries)) return undefined;
  if (!state.pulled) {
    const reason = t("The dependencies of {0} are not fetched, so their modules can't be found.", name);
    return {
      title: t("Fetch Dependencies"),
      command: "mirageos.fetch",
      text: t("Dependencies not fetched"),
      reason,
    };
  }
  const reason = t(
    "The dependencies of {0} are not built for {1}, so their modules can't be found.",
    name,
    state.configured.target,
  );
  return { title: t("Build"), command: "mirageos.build", text: t("Dependencies not built"), reason };
}

/** The messages of OCaml's lexer and parser, and those of Merlin. */
const syntax =
  /^(?:Error: )?(?:Syntax error|Illegal |Unterminated |(?:Comment|String literal|Quoted string literal) not terminated|This (?:comment|string|quoted string) |Unmatched |Invalid (?:literal|package|lexer|encoding)|Reserved character sequence|Expecting |Unexpected |\S+ is a keyword, )/i;

/** Whether a message is a syntax error, which is true even when no library is available. */
export const isSyntaxError = (message: string): boolean => syntax.test(message.trimStart());
