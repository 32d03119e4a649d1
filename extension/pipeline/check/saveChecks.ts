import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ProjectState, Unikernel } from "../../project/model.ts";
import type { OutputProblem } from "../output/outputProblem.ts";
import type { ProblemOrigin } from "../output/problemStore.ts";
import type { ReadText } from "../output/userSources.ts";
import type { SourceCheck } from "./sourceCheck.ts";

type Checked = Unikernel & { readonly state: ProjectState };

/** What checks need from VS Code and the system, as functions that tests can replace. */
export interface CheckEnvironment<U extends Checked = Checked> {
  /** Compiles config.ml privately. Resolves to its problems, or to undefined if it could not be compiled at all. */
  readonly checkConfig: (unikernel: U, signal: AbortSignal) => Promise<readonly OutputProblem[] | undefined>;
  /** Compiles the modules beside config.ml. Resolves to undefined if no build is configured, or dune has no result. */
  readonly checkSources: (unikernel: U, signal: AbortSignal) => Promise<SourceCheck | undefined>;
  /** Parses files. Resolves to undefined if there is no compiler. */
  readonly checkSyntax: (
    unikernel: U,
    files: readonly string[],
    signal: AbortSignal,
  ) => Promise<SourceCheck | undefined>;
  /** Whether a language server reports the errors of a file. */
  readonly isServed: (file: string) => boolean;
  /** As `Jobs.runBetween`. */
  readonly runBetween: (
    root: string,
    work: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly publisher: {
    readonly begin: (unikernel: U, origin: ProblemOrigin) => void;
    readonly report: (
      unikernel: U,
      origin: ProblemOrigin,
      found: readonly OutputProblem[],
      readText: ReadText,
    ) => void;
    readonly remove: (
      unikernel: U,
      isReplaced: (problem: OutputProblem, origin: ProblemOrigin) => boolean,
    ) => void;
  };
  readonly logError: (error: unknown) => void;
}

/** How long a check of sources waits, so that Save All causes one check, and a save just before a build none. */
export const saveDelayMs = 150;

/** Checks files after they were saved. Each check replaces the one before of the same kind and unikernel. */
export function createSaveChecks<U extends Checked>(environment: CheckEnvironment<U>, delayMs = saveDelayMs) {
  const running = new Map<string, AbortController>();
  /** The files in which the last check of syntax found errors, by unikernel. */
  const malformed = new Map<string, ReadonlySet<string>>();

  const start = (key: string, check: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    running.get(key)?.abort();
    const abort = new AbortController();
    running.set(key, abort);
    return check(abort.signal)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) environment.logError(error);
      })
      .finally(() => {
        if (running.get(key) === abort) running.delete(key);
      });
  };

  const checkConfig = async (unikernel: U, text: string, signal: AbortSignal) => {
    const { configFile } = unikernel;
    environment.publisher.begin(unikernel, "checkConfig");
    const problems = await environment.checkConfig(unikernel, signal);
    if (problems === undefined || signal.aborted) return;
    environment.publisher.remove(
      unikernel,
      ({ file, source }, origin) => file === configFile && source === "ocaml" && origin !== "build",
    );
    const readText = (file: string) => (file === configFile ? text : undefined);
    environment.publisher.report(unikernel, "checkConfig", problems, readText);
  };

  /** What can be checked before a build is configured, or while dune is busy. */
  const checkSyntax = async (unikernel: U, saved: string, signal: AbortSignal) => {
    const files = new Set([saved, ...(malformed.get(unikernel.id) ?? [])]);
    const result = await environment.checkSyntax(unikernel, [...files], signal);
    if (!result || signal.aborted) return;
    malformed.set(unikernel.id, new Set(result.problems.map(({ file }) => file)));
    environment.publisher.report(unikernel, "check", result.problems, (file) => result.texts.get(file));
  };

  const checkSources = async (unikernel: U, saved: string, signal: AbortSignal) => {
    environment.publisher.begin(unikernel, "check");
    const result = await environment.checkSources(unikernel, signal);
    if (signal.aborted) return;
    if (!result) return checkSyntax(unikernel, saved, signal);
    malformed.delete(unikernel.id);
    environment.publisher.remove(
      unikernel,
      ({ file, source }, origin) => origin === "build" && source === "ocaml" && result.texts.has(file),
    );
    environment.publisher.report(unikernel, "check", result.problems, (file) => result.texts.get(file));
  };

  return {
    /** Checks a file that was saved with this text. Settles when the check has ended, and never rejects. */
    saved: async (unikernel: U, file: string, text: string): Promise<void> => {
      if (file === unikernel.configFile)
        return start(`config\0${unikernel.id}`, (signal) => checkConfig(unikernel, text, signal));
      if (dirname(file) !== unikernel.buildDir || environment.isServed(file)) return;
      await start(`sources\0${unikernel.id}`, async (signal) => {
        // Rejects if the next save aborts this check.
        await delay(delayMs, undefined, { signal }).catch(() => undefined);
        const work = (between: AbortSignal) => checkSources(unikernel, file, between);
        if (!signal.aborted) await environment.runBetween(unikernel.root, work, signal);
      });
    },
    dispose: () => {
      for (const abort of running.values()) abort.abort();
    },
  };
}
