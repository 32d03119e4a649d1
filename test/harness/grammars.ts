/** Runs the TextMate grammars that package.json contributes, with the engine that VS Code uses. */
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../../scripts/programs.ts";

/** A part of a line with its scopes from the outermost to the innermost, without the root scope. */
export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

export interface Tokenized {
  /** The tokens of each line. */
  readonly lines: readonly (readonly Token[])[];
  /** True if no string, comment, list or declaration is open after the last line. */
  readonly isClosed: boolean;
}

export type Tokenize = (text: string) => Tokenized;

const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
let engine: Promise<textmate.IOnigLib> | undefined;

async function loadEngine(): Promise<textmate.IOnigLib> {
  await oniguruma.loadWASM(await readFile(wasm));
  return {
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  };
}

/**
 * Creates the tokenizer of a language that package.json declares. `others` has the grammars of other
 * extensions as JSON, by scope name. Rejects if a grammar cannot be read.
 */
export async function tokenizerOf(
  language: string,
  others: Readonly<Record<string, object>> = {},
): Promise<Tokenize> {
  engine ??= loadEngine();
  const { grammars } = manifest.contributes;
  const registry = new textmate.Registry({
    onigLib: engine,
    loadGrammar: async (scope) => {
      const other = others[scope];
      if (other !== undefined) return textmate.parseRawGrammar(JSON.stringify(other), "other.json");
      const own = grammars.find(({ scopeName }) => scopeName === scope);
      if (own === undefined) return null;
      return textmate.parseRawGrammar(await readFile(join(root, own.path), "utf8"), own.path);
    },
  });
  const scopeName = grammars.find((each) => each.language === language)?.scopeName;
  const grammar = scopeName === undefined ? null : await registry.loadGrammar(scopeName);
  if (grammar === null) throw new Error(`package.json contributes no grammar for ${language}.`);
  return (text) => {
    let state = textmate.INITIAL;
    const lines = text.split("\n").map((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes: scopes.slice(1),
      }));
    });
    return { lines, isClosed: state.depth === 1 };
  };
}

/** Returns the absolute paths of the sources in the samples, the templates and the recordings. */
export const sourceFiles = (pattern: string): readonly string[] =>
  globSync(pattern, {
    cwd: root,
    exclude: (path) => /node_modules|_build|duniverse|toolchain/.test(path),
  }).map((file) => join(root, file));
