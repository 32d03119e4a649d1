import { checkSetup, type ProblemAction } from "../../extension/platform/errors.ts";
import { firstWithBuildSystemVariable, atLeast, oldestSupportedServer } from "./serverVersion.ts";
import { t } from "../../extension/protocol/l10n.ts";

/** What is known about the ocamllsp of a project's switch. */
export type ServerProgram =
  | { readonly kind: "found"; readonly file: string; readonly version: string | undefined }
  /** `reason` is a sentence for the user. */
  | { readonly kind: "missing"; readonly reason: string }
  /** It exists but did not print its version within this many seconds. */
  | { readonly kind: "late"; readonly seconds: number }
  /** Not looked for yet: no OCaml file of a unikernel has been opened. */
  | { readonly kind: "unknown" };

/** The state of our own client; times (in seconds) and counts are only shown. */
export type ClientState =
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  | { readonly kind: "waiting"; readonly crashes: number; readonly seconds: number }
  | { readonly kind: "gaveUp"; readonly crashes: number; readonly last: string }
  | { readonly kind: "hangs"; readonly seconds: number };

export interface ServerFacts {
  /** Whether VS Code has the OCaml Platform and it is enabled in this workspace. */
  readonly platformEnabled: boolean;
  /** Whether the OCaml Platform's server is set up for config.ml; true in Restricted Mode, where nothing may run. */
  readonly connected?: boolean;
  /** The setting `mirageos.languageServer`. */
  readonly setting: "auto" | "off";
  readonly trusted: boolean;
  readonly program: ServerProgram;
  /** Undefined while no client runs. */
  readonly client?: ClientState;
}

/** Which language server is used for a project, why, and what the user can do next. */
export interface ServerChoice {
  readonly kind: "platform" | "own" | "off";
  /** The text of the status item: at most 30 characters, which VS Code shows beside the reason without cutting them. */
  readonly text: string;
  readonly reason: string;
  readonly next: ProblemAction;
  /** Whether the user need not do anything. */
  readonly healthy: boolean;
}

const restart: ProblemAction = { title: t("Restart"), command: "mirageos.restartLanguageServer" };
const output: ProblemAction = { title: t("Show Output"), command: "mirageos.showLanguageServerOutput" };
const connect: ProblemAction = { title: t("Set Up"), command: "mirageos.connectOcamlPlatform" };
const install: ProblemAction = { title: t("Install"), command: "mirageos.checkSetup" };

/**
 * Decides which language server is used. Where the OCaml Platform is enabled, its server handles every
 * OCaml file of the window; a second server would answer every request twice.
 */
export function chooseServer(facts: ServerFacts): ServerChoice {
  const { program } = facts;
  if (facts.platformEnabled) return choosePlatform(facts);
  if (facts.setting === "off") {
    const next = {
      title: t("Open Setting"),
      command: "workbench.action.openSettings",
      args: ["mirageos.languageServer"],
    };
    const reason = t("The setting mirageos.languageServer is off and the OCaml Platform is not enabled.");
    return { kind: "off", text: t("No language server"), reason, next, healthy: true };
  }
  if (!facts.trusted) {
    return off(t("Restricted Mode: trust this workspace to start a language server."), {
      title: t("Manage Workspace Trust"),
      command: "workbench.trust.manage",
    });
  }
  if (program.kind === "missing") return off(program.reason, install);
  if (program.kind === "late") {
    const reason = t(
      "ocamllsp did not report its version within {0} s. It starts once its version is known.",
      program.seconds,
    );
    return off(reason, restart);
  }
  if (program.kind === "found" && !atLeast(program.version, oldestSupportedServer)) {
    const reason = t(
      "ocamllsp {0} is too old. Update ocaml-lsp-server in the opam switch to {1} or newer.",
      program.version,
      oldestSupportedServer,
    );
    return off(reason, checkSetup);
  }
  return chooseOwn(facts);
}

function choosePlatform({ program, connected }: ServerFacts): ServerChoice {
  const unhealthy = (text: string, reason: string, next: ProblemAction): ServerChoice => {
    return { kind: "platform", text, reason, next, healthy: false };
  };
  if (program.kind === "missing") return unhealthy(t("ocamllsp is missing"), program.reason, install);
  if (program.kind === "found" && !atLeast(program.version, firstWithBuildSystemVariable)) {
    const reason = t(
      "ocamllsp {0} can't find the Mirage library, so it reports an error at open Mirage in config.ml. Update ocaml-lsp-server in the opam switch to {1} or newer.",
      program.version,
      firstWithBuildSystemVariable,
    );
    return unhealthy(t("config.ml not set up"), reason, checkSetup);
  }
  if (connected === false) {
    const reason = t(
      "The OCaml Platform's language server is not set up for config.ml, so it reports an error at open Mirage.",
    );
    return unhealthy(t("config.ml not set up"), reason, connect);
  }
  return {
    kind: "platform",
    text: t("OCaml Platform"),
    reason: t("Types, completion and errors in OCaml files come from the OCaml Platform extension."),
    next: { title: t("Select Sandbox"), command: "ocaml.select-sandbox" },
    healthy: true,
  };
}

function off(reason: string, next: ProblemAction): ServerChoice {
  return { kind: "off", text: t("No language server"), reason, next, healthy: false };
}

function chooseOwn({ program, client }: ServerFacts): ServerChoice {
  const version = program.kind === "found" ? program.version : undefined;
  const name = version === undefined ? "ocamllsp" : `ocamllsp ${version}`;
  switch (client?.kind) {
    case undefined:
      return {
        ...ownHealthy(name, t("It starts when you open an OCaml file of a unikernel.")),
        text: t("ocamllsp not started"),
      };
    case "starting":
      return ownHealthy(name, t("It is starting."));
    case "running":
      return ownHealthy(
        name,
        atLeast(version, firstWithBuildSystemVariable)
          ? t(
              "Types, completion and errors in OCaml files of unikernels come from ocamllsp in the opam switch.",
            )
          : t(
              "Versions before {0} can't look up the settings of config.ml themselves; MirageOS provides them through a wrapper around dune.",
              firstWithBuildSystemVariable,
            ),
      );
    case "waiting":
      return ownUnhealthy(
        t("ocamllsp crashed"),
        t("{0} crashed {1} and restarts in {2} s.", name, times(client.crashes), client.seconds),
        output,
      );
    case "gaveUp":
      return ownUnhealthy(
        t("ocamllsp stopped"),
        t(
          "{0} crashed {1} and won't be restarted automatically. Last exit: {2}",
          name,
          times(client.crashes),
          client.last,
        ),
        restart,
      );
    case "hangs":
      return ownUnhealthy(
        t("ocamllsp is unresponsive"),
        t("{0} was stopped because it did not respond within {1} s of its start.", name, client.seconds),
        restart,
      );
  }
}

const ownHealthy = (text: string, reason: string): ServerChoice => ({
  kind: "own",
  text,
  reason,
  next: restart,
  healthy: true,
});
const ownUnhealthy = (text: string, reason: string, next: ProblemAction): ServerChoice => ({
  kind: "own",
  text,
  reason,
  next,
  healthy: false,
});

const times = (count: number): string => (count === 1 ? t("once") : t("{0} times", count));
