import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { isTarget, targets as allTargets, type TargetId } from "../mirage/targets.ts";
import { levels } from "../ocaml/logs/levels.ts";
import { t } from "../protocol/l10n.ts";
import type {
  BootTest,
  BootTestProblem,
  Expectations,
  HttpCheck,
  NumberCheck,
  PingCheck,
  RecordPattern,
  TcpCheck,
  TextRange,
} from "./model.ts";

/** The time for the expectations of a test without `within`, in seconds. */
export const defaultWithin = 60;
const maxWithin = 86_400;

const launchProperties = ["args", "memory", "net", "block", "env", "tenderArgs"] as const;
const testProperties = ["name", "targets", "options", "expect", ...launchProperties];
const expectProperties = ["log", "never", "exit", "within", "http", "tcp", "ping", "bootWithin"];
const recordProperties = ["text", "source", "level", "matches"];

/**
 * Reads boot-tests.json: JSON with comments, an object with the array `tests`. A test with an error is left out; unknown
 * properties are warnings. Never throws.
 */
export function readBootTests(text: string): {
  readonly tests: readonly BootTest[];
  readonly problems: readonly BootTestProblem[];
} {
  const errors: ParseError[] = [];
  const reader = new Reader();
  const root = parse(text, errors);
  if (root === "tooDeep") {
    reader.error({ offset: 0, length: 0 }, t("This file is nested too deeply."));
    return { tests: [], problems: reader.problems };
  }
  for (const { error, offset, length } of errors)
    reader.error({ offset, length }, syntaxProblem(printParseErrorCode(error)));
  if (!root) return { tests: [], problems: reader.problems };
  const top = reader.object(root, ["$schema", "tests"]);
  const list = top?.get("tests");
  if (top && !list) reader.error(rangeOf(root), t('Add the array "tests".'));
  const tests = (list ? reader.array(list) : []).flatMap((node) => reader.test(node) ?? []);
  return { tests: reader.withoutDuplicates(tests), problems: reader.problems };
}

/** The parser is recursive. */
function parse(text: string, errors: ParseError[]): Node | undefined | "tooDeep" {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    if (error instanceof RangeError) return "tooDeep";
    throw error;
  }
}

class Reader {
  readonly problems: BootTestProblem[] = [];

  error(range: TextRange, message: string): undefined {
    this.problems.push({ message, range, severity: "error" });
    return undefined;
  }

  /** The properties of an object by name; `undefined` after an error. Reports unknown properties. */
  object(node: Node, known: readonly string[]): ReadonlyMap<string, Node> | undefined {
    if (node.type !== "object") return this.error(rangeOf(node), t("Write an object here."));
    const properties = new Map<string, Node>();
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (!key || !value) continue;
      const name = String(key.value);
      if (known.includes(name)) properties.set(name, value);
      else
        this.problems.push({
          message: t('"{0}" is not a property here. The properties are {1}.', name, known.join(", ")),
          range: rangeOf(key),
          severity: "warning",
        });
    }
    return properties;
  }

  array(node: Node): readonly Node[] {
    if (node.type === "array") return node.children ?? [];
    this.error(rangeOf(node), t("Write an array here."));
    return [];
  }

  text(node: Node | undefined): string | undefined {
    if (!node) return undefined;
    if (node.type === "string" && node.value !== "") return String(node.value);
    return this.error(rangeOf(node), t("Write a non-empty string here."));
  }

  number(node: Node | undefined, min: number, max: number): NumberCheck | undefined {
    if (!node) return undefined;
    const value: unknown = node.value;
    if (typeof value === "number" && value >= min && value <= max) return { value, range: rangeOf(node) };
    return this.error(rangeOf(node), t("Write a number from {0} to {1} here.", min, max));
  }

  test(node: Node): BootTest | undefined {
    const before = this.#errors();
    const properties = this.object(node, testProperties);
    if (!properties) return undefined;
    const name = this.text(properties.get("name"));
    if (!properties.has("name")) this.error(rangeOf(node), t('Add the property "name".'));
    const targets = this.#targets(properties.get("targets"));
    const options = this.#options(properties.get("options"));
    const expect = this.#expectations(properties.get("expect"), node);
    const launch = Object.fromEntries(
      launchProperties.flatMap((key) => {
        const value = properties.get(key);
        return value ? [[key, valueOf(value)] as const] : [];
      }),
    );
    this.#checkEffect(targets, properties);
    if (name === undefined || !expect || this.#errors() > before) return undefined;
    return { name, range: rangeOf(node), targets, options, launch, expect };
  }

  /** Reports properties that have no effect on any target of a test. A test for the selected target may name all of them. */
  #checkEffect(targets: readonly TargetId[], properties: ReadonlyMap<string, Node>): void {
    if (targets.length === 0) return;
    const areProcesses = targets.map((target) => allTargets[target].family === "unix");
    const warn = (key: string, message: string): void => {
      const node = properties.get(key);
      if (node) this.problems.push({ message, range: rangeOf(node), severity: "warning" });
    };
    const list = targets.join(", ");
    if (!areProcesses.includes(false)) {
      for (const key of ["memory", "tenderArgs"])
        warn(key, t('"{0}" has no effect for {1}, because its images run without a tender.', key, list));
      warn(
        "net",
        t('"net" has no effect for {0}. Name the tap interface in "args": "--interface=tap100".', list),
      );
      warn("block", t('"block" has no effect for {0}, because config.ml names the files there.', list));
    }
    if (!areProcesses.includes(true))
      warn(
        "env",
        t('"env" has no effect for {0}, because its unikernels are not processes. Use "args".', list),
      );
  }

  withoutDuplicates(tests: readonly BootTest[]): readonly BootTest[] {
    const names = new Set<string>();
    return tests.filter(({ name, range }) => {
      if (!names.has(name)) return names.add(name);
      this.error(range, t('Another test has the name "{0}". Rename one of them.', name));
      return false;
    });
  }

  #errors(): number {
    return this.problems.filter(({ severity }) => severity === "error").length;
  }

  #targets(node: Node | undefined): readonly TargetId[] {
    return (node ? this.array(node) : []).flatMap((item) => {
      const text = this.text(item);
      if (text === undefined || isTarget(text)) return text ?? [];
      this.error(rangeOf(item), t("{0} is not a target of mirage.", text));
      return [];
    });
  }

  #options(node: Node | undefined): readonly string[] | undefined {
    return node && this.array(node).flatMap((item) => this.text(item) ?? []);
  }

  #expectations(node: Node | undefined, test: Node): Expectations | undefined {
    const properties = node ? this.object(node, expectProperties) : new Map<string, Node>();
    if (!properties) return undefined;
    const items = (name: string) => {
      const value = properties.get(name);
      return value ? this.array(value) : [];
    };
    const expect: Expectations = {
      log: items("log").flatMap((item) => this.#record(item) ?? []),
      never: items("never").flatMap((item) => this.#record(item) ?? []),
      exit: this.number(properties.get("exit"), 0, 255),
      within: this.number(properties.get("within"), 0.001, maxWithin) ?? {
        value: defaultWithin,
        range: rangeOf(node ?? test),
      },
      http: items("http").flatMap((item) => this.#http(item) ?? []),
      tcp: items("tcp").flatMap((item) => this.#tcp(item) ?? []),
      ping: items("ping").flatMap((item) => this.#ping(item) ?? []),
      bootWithin: this.number(properties.get("bootWithin"), 1, maxWithin * 1000),
    };
    this.#checkContradictions(expect);
    return expect;
  }

  /** A text in both lists can't be met. */
  #checkContradictions({ log, never }: Expectations): void {
    for (const { text, range } of never)
      if (text !== undefined && log.some((pattern) => pattern.text?.includes(text) === true))
        this.error(range, t('This test can never pass: "log" expects a record with "{0}".', text));
  }

  #record(node: Node): RecordPattern | undefined {
    const range = rangeOf(node);
    const empty = { text: undefined, source: undefined, level: undefined, matches: undefined, range };
    if (node.type === "string") {
      const text = this.text(node);
      return text === undefined ? undefined : { ...empty, text };
    }
    const properties = this.object(node, recordProperties);
    if (!properties) return undefined;
    if (properties.size === 0) return this.error(range, t("Add one of {0}.", recordProperties.join(", ")));
    const levelText = this.text(properties.get("level"));
    const level = levels.find((known) => known === levelText);
    if (levelText !== undefined && level === undefined)
      return this.error(
        rangeOf(properties.get("level") ?? node),
        t("{0} is not a level of Logs. The levels are {1}.", levelText, levels.join(", ")),
      );
    const source = this.text(properties.get("source"));
    return {
      text: this.text(properties.get("text")),
      source,
      level,
      matches: this.#pattern(properties.get("matches")),
      range,
    };
  }

  #pattern(node: Node | undefined): RegExp | undefined {
    const source = this.text(node);
    if (!node || source === undefined) return undefined;
    try {
      return new RegExp(source, "u");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return this.error(rangeOf(node), t("This is not a regular expression: {0}.", reason));
    }
  }

  #http(node: Node): HttpCheck | undefined {
    const range = rangeOf(node);
    const properties =
      node.type === "string" ? new Map([["url", node]]) : this.object(node, ["url", "status", "body"]);
    if (!properties) return undefined;
    const url = this.text(properties.get("url"));
    if (url === undefined) return this.#missing(properties, "url", range);
    if (!URL.canParse(url) || !/^https?:/.test(url))
      return this.error(rangeOf(properties.get("url") ?? node), t("Write a URL with http or https here."));
    const status = this.number(properties.get("status"), 100, 599)?.value;
    return { url, status, body: this.text(properties.get("body")), range };
  }

  #tcp(node: Node): TcpCheck | undefined {
    const range = rangeOf(node);
    const properties = this.object(node, ["host", "port", "send", "receive"]);
    if (!properties) return undefined;
    const port = this.number(properties.get("port"), 1, 65_535)?.value;
    if (port === undefined) return this.#missing(properties, "port", range);
    return {
      host: this.text(properties.get("host")) ?? "127.0.0.1",
      port,
      send: this.text(properties.get("send")),
      receive: this.text(properties.get("receive")),
      range,
    };
  }

  #ping(node: Node): PingCheck | undefined {
    const host = this.text(node);
    if (host === undefined) return undefined;
    // The host becomes an argument of ping.
    if (!/^[\w.:%[][\w.:%\]-]*$/.test(host))
      return this.error(rangeOf(node), t("Write a host name or an address here."));
    return { host, range: rangeOf(node) };
  }

  #missing(properties: ReadonlyMap<string, Node>, name: string, range: TextRange): undefined {
    return properties.has(name) ? undefined : this.error(range, t('Add the property "{0}".', name));
  }
}

const rangeOf = ({ offset, length }: Node): TextRange => ({ offset, length });

function valueOf(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(valueOf);
  if (node.type !== "object") return node.value;
  return Object.fromEntries(
    (node.children ?? []).flatMap(({ children = [] }) =>
      children[0] && children[1] ? [[String(children[0].value), valueOf(children[1])] as const] : [],
    ),
  );
}

/** What is wrong with a text that is not JSON, by the name of jsonc-parser's error. */
function syntaxProblem(name: string): string {
  switch (name) {
    case "PropertyNameExpected":
      return t("The name of a property is expected here.");
    case "ValueExpected":
      return t("A value is expected here.");
    case "ColonExpected":
      return t('":" is expected here.');
    case "CommaExpected":
      return t('"," is expected here.');
    case "CloseBraceExpected":
      return t('"}" is expected here.');
    case "CloseBracketExpected":
      return t('"]" is expected here.');
    case "EndOfFileExpected":
      return t("The file should end here.");
    case "UnexpectedEndOfComment":
      return t("This comment has no end.");
    case "UnexpectedEndOfString":
      return t("This string has no end.");
    default:
      return t("This is not valid JSON.");
  }
}
