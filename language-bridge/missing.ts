import type { ProjectState } from "../extension/project/model.ts";
import { duneReset } from "../extension/project/state.ts";
import { providersOf, unboundModule } from "./modules.ts";
import { t } from "../extension/platform/l10n.ts";

/** What keeps a language server from knowing the modules that a unikernel uses, and what helps. */
export interface Missing {
  readonly title: string;
  readonly command: "mirageos.configure" | "mirageos.fetch" | "mirageos.build";
  /** A few words for the status item. */
  readonly text: string;
  readonly reason: string;
}

/** The dune context that a target is built in; a change of it changes every answer of dune. */
export function contextOf(target: string | undefined): "default" | "solo5" | "unikraft" | "none" {
  if (target === undefined) return "none";
  if (target === "unix" || target === "macosx") return "default";
  return target.startsWith("unikraft") ? "unikraft" : "solo5";
}

/** Changes when a server must look at the project anew: another context, the other stanza, a first build. */
export function serverKey(state: ProjectState, duneProject: boolean): string {
  const reset = state.stale.some(({ reason }) => reason === duneReset);
  return [contextOf(state.configured?.target), reset, state.image !== undefined, duneProject].join(" ");
}

/** Whether a server said of a file that dune does not know it, or that its libraries are not there. */
export function isUnknownFile(messages: readonly string[]): boolean {
  return messages.some((message) => message.startsWith("No config found for file"));
}

/** The names in the `libraries` field of the dune file that mirage writes, `dune.build`. */
export function listedLibraries(duneBuild: string): ReadonlySet<string> {
  const [, names = ""] = /\(libraries\s+([^()]*)\)/.exec(duneBuild) ?? [];
  return new Set(names.split(/\s+/).filter(Boolean));
}

/**
 * Whether a server misses a module of a library that the unikernel is configured with: it would know
 * it if the library were there.
 */
function lacksLibrary(messages: readonly string[], libraries: () => ReadonlySet<string>): boolean {
  const missed = messages.flatMap((message) => unboundModule(message) ?? []);
  if (missed.length === 0) return false;
  const packages = new Map([...libraries()].map((library) => [library.replace(/\..*/s, ""), ""]));
  return missed.some((module) => providersOf(module, packages).some((each) => packages.has(each.package)));
}

/**
 * What is missing for the OCaml files of a unikernel, from the state of its files and from what the
 * server says of one of them; undefined when its complaints are about the code. `libraries` are those
 * that the unikernel is configured with. Dune knows some files by a stanza of the user's own, without
 * what mirage writes: those of libraries beside the unikernel.
 */
export function missingFor(
  name: string,
  state: ProjectState,
  messages: readonly string[],
  libraries: () => ReadonlySet<string> = () => new Set(),
  ofOwnStanza = false,
): Missing | undefined {
  const reset = state.stale.some(({ reason }) => reason === duneReset);
  if (state.configured === undefined || reset) {
    if (ofOwnStanza && !isUnknownFile(messages)) return undefined;
    const reason =
      state.configured === undefined
        ? t("{0} is not configured. Which libraries it uses is known only after mirage configure.", name)
        : t("{0} must be configured again: {1}.", name, duneReset);
    return { title: t("Configure"), command: "mirageos.configure", text: t("Not configured"), reason };
  }
  if (!isUnknownFile(messages) && !lacksLibrary(messages, libraries)) return undefined;
  if (!state.pulled) {
    const reason = t("The libraries of {0} are not fetched, so that no module of theirs is known.", name);
    return {
      title: t("Fetch Dependencies"),
      command: "mirageos.fetch",
      text: t("Libraries not fetched"),
      reason,
    };
  }
  const reason = t(
    "The libraries of {0} are not built for {1}, so that no module of theirs is known.",
    name,
    state.configured.target,
  );
  return { title: t("Build"), command: "mirageos.build", text: t("Libraries not built"), reason };
}

const syntax =
  /^(?:Error: )?(?:Syntax error|Illegal |Unterminated |This (?:comment|string|quoted string) |Unmatched |Invalid (?:literal|package)|Expecting |Unexpected )/i;

/** Whether a complaint holds also when no library is known: it is about the text and not about types. */
export const isSyntaxError = (message: string): boolean => syntax.test(message.trimStart());
