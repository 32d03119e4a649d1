import { checkSetup, type Action } from "../extension/platform/errors.ts";
import { asksAnyBuildSystem, atLeast, oldestServer } from "./serverVersion.ts";
import { t } from "../extension/platform/l10n.ts";

/** The extension that serves OCaml where it is there: https://marketplace.visualstudio.com/items?itemName=ocamllabs.ocaml-platform */
export const ocamlPlatform = "ocamllabs.ocaml-platform";

/** The ocamllsp of a project's switch. */
export type ServerProgram =
  | { readonly kind: "found"; readonly file: string; readonly version: string | undefined }
  /** `reason` is a sentence. */
  | { readonly kind: "missing"; readonly reason: string }
  /** It is there, and what version it is did not come within the seconds. */
  | { readonly kind: "late"; readonly seconds: number }
  /** Nobody has looked: no OCaml file of a unikernel has been opened. */
  | { readonly kind: "unknown" };

/** How far an own client has come; times and counts are for the words only. */
export type ClientState =
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  | { readonly kind: "waiting"; readonly crashes: number; readonly seconds: number }
  | { readonly kind: "gaveUp"; readonly crashes: number; readonly last: string }
  | { readonly kind: "hangs"; readonly seconds: number };

export interface ServerFacts {
  /** Whether VS Code has the OCaml Platform and it is enabled in this workspace. */
  readonly platformEnabled: boolean;
  /** Whether the OCaml Platform's server is told of config.ml; of no interest where nothing may be run. */
  readonly connected?: boolean;
  /** The setting `mirageos.languageServer`. */
  readonly setting: "auto" | "off";
  readonly trusted: boolean;
  readonly program: ServerProgram;
  /** Undefined while no client runs. */
  readonly client?: ClientState;
}

/** Who serves OCaml in a project, why, and what the user can do next. */
export interface ServerChoice {
  readonly kind: "platform" | "own" | "off";
  /** A few words for the status item. */
  readonly text: string;
  readonly reason: string;
  readonly next: Action;
  /** Whether it is as it should be. */
  readonly well: boolean;
}

const restart: Action = { title: t("Restart"), command: "mirageos.restartLanguageServer" };
const output: Action = { title: t("Show Output"), command: "mirageos.showLanguageServerOutput" };
const connect: Action = { title: t("Set Up"), command: "mirageos.connectOcamlPlatform" };
const install: Action = { title: t("Install"), command: "mirageos.checkSetup" };

/**
 * Decides who serves OCaml. The OCaml Platform serves every OCaml file of a window where it is
 * enabled, so that an own server beside it would answer twice for one file.
 */
export function selectServer(facts: ServerFacts): ServerChoice {
  const { program } = facts;
  if (facts.platformEnabled) return platform(facts);
  if (facts.setting === "off") {
    const next = {
      title: t("Open Setting"),
      command: "workbench.action.openSettings",
      args: ["mirageos.languageServer"],
    };
    const reason = t("The setting mirageos.languageServer is off, and the OCaml Platform is not enabled.");
    return { kind: "off", text: t("No OCaml language server"), reason, next, well: true };
  }
  if (!facts.trusted) {
    return off(t("Restricted Mode: no language server is started until you trust this workspace."), {
      title: t("Manage Workspace Trust"),
      command: "workbench.trust.manage",
    });
  }
  if (program.kind === "missing") return off(program.reason, install);
  if (program.kind === "late") {
    const reason = t(
      "ocamllsp did not report its version within {0} s. It is started once its version is known.",
      program.seconds,
    );
    return off(reason, restart);
  }
  if (program.kind === "found" && !atLeast(program.version, oldestServer)) {
    const reason = t(
      "ocamllsp {0} is too old: {1} or newer is needed. Update ocaml-lsp-server in the opam switch.",
      program.version,
      oldestServer,
    );
    return off(reason, checkSetup);
  }
  return own(facts);
}

function platform({ program, connected }: ServerFacts): ServerChoice {
  const ill = (text: string, reason: string, next: Action): ServerChoice => {
    return { kind: "platform", text, reason, next, well: false };
  };
  if (program.kind === "missing") return ill(t("OCaml Platform, without ocamllsp"), program.reason, install);
  if (program.kind === "found" && !atLeast(program.version, asksAnyBuildSystem)) {
    const reason = t(
      "ocamllsp {0} cannot be told the settings of config.ml, so that open Mirage is an error there. Update ocaml-lsp-server in the opam switch to {1} or newer.",
      program.version,
      asksAnyBuildSystem,
    );
    return ill(t("OCaml Platform, without config.ml"), reason, checkSetup);
  }
  if (connected === false) {
    const reason = t(
      "The server of the OCaml Platform has not been told the settings of config.ml, so that open Mirage is an error there.",
    );
    return ill(t("OCaml Platform, without config.ml"), reason, connect);
  }
  return {
    kind: "platform",
    text: t("OCaml Platform"),
    reason: t("Types, completion and errors in OCaml files come from the OCaml Platform extension."),
    next: { title: t("Select Sandbox"), command: "ocaml.select-sandbox" },
    well: true,
  };
}

function off(reason: string, next: Action): ServerChoice {
  return { kind: "off", text: t("No OCaml language server"), reason, next, well: false };
}

function own({ program, client }: ServerFacts): ServerChoice {
  const version = program.kind === "found" ? program.version : undefined;
  const name = version === undefined ? "ocamllsp" : `ocamllsp ${version}`;
  switch (client?.kind) {
    case undefined:
      return {
        ...ownWell(name, t("It starts when an OCaml file of a unikernel is opened.")),
        text: t("ocamllsp not started"),
      };
    case "starting":
      return ownWell(name, t("It is starting."));
    case "running":
      return ownWell(
        name,
        atLeast(version, asksAnyBuildSystem)
          ? t(
              "Types, completion and errors in the OCaml files of unikernels come from the switch's own server.",
            )
          : t(
              "From {0} on it asks for the settings of config.ml by itself; this one is told through a dune of the extension's.",
              asksAnyBuildSystem,
            ),
      );
    case "waiting":
      return ownIll(
        t("{0} crashed", name),
        t("It crashed {0} and is started again in {1} s.", times(client.crashes), client.seconds),
        output,
      );
    case "gaveUp":
      return ownIll(
        t("{0} stopped", name),
        t("It crashed {0} and is not started again. Last: {1}", times(client.crashes), client.last),
        restart,
      );
    case "hangs":
      return ownIll(
        t("{0} does not answer", name),
        t("It was ended because it did not answer within {0} s of its start.", client.seconds),
        restart,
      );
  }
}

const ownWell = (text: string, reason: string): ServerChoice => ({
  kind: "own",
  text,
  reason,
  next: restart,
  well: true,
});
const ownIll = (text: string, reason: string, next: Action): ServerChoice => ({
  kind: "own",
  text,
  reason,
  next,
  well: false,
});

const times = (count: number): string => (count === 1 ? t("once") : t("{0} times", count));
