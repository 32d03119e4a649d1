import { readConfigSource } from "../mirage/config/parseConfig.ts";
import { compareVersions } from "../mirage/version.ts";
import { outerSpan, type Binding } from "../ocaml/ast.ts";
import { spanContains } from "../ocaml/brackets.ts";
import { readCalls, type NamedCall } from "./configCalls.ts";
import type { TextEdit } from "./editedText.ts";
import { definitionSpan } from "./keys/keyUses.ts";
import { usesOf, withBlanksBefore, type MigratedProject, type Rule } from "./project.ts";

/** The network stacks of older versions that `generic_stackv4v6` replaces. */
const stacks: ReadonlySet<string> = new Set([
  "static_ipv4_stack",
  "static_ipv4v6_stack",
  "generic_stackv4",
  "generic_stackv4v6",
  "qubes_ipv4_stack",
]);

/**
 * Addresses in config.ml: mirage 4.10 removed the records `{ network; gateway }` and the stacks that took them.
 * `generic_stackv4v6` has labels for the address instead. Since 4.10.5 it asks a DHCP server unless it is
 * configured with `--no-dhcp`, with which it is also the stack of sockets for Unix that older files chose with
 * `if_impl`. A comment says so.
 */
export const addressesOfStacks: Rule = {
  since: "4.10.0",
  apply: (project) => {
    const { config } = project;
    const { bound } = readConfigSource(config.text);
    if ([...stacks, "socket_stackv4", "if_impl"].some((name) => bound.has(name))) return;
    const { calls, bindings } = readCalls(config.text);
    config.apply(
      calls.flatMap((call) =>
        stacks.has(call.name) ? stackEdits(config.text, call, bindings, comment(project)) : [],
      ),
    );
    removeSocketChoice(project);
    removeAddresses(project);
  },
};

const comment = ({ version }: MigratedProject): string =>
  compareVersions(version, "4.10.5") >= 0 ? "(* Without DHCP: mirage configure --no-dhcp *) " : "";

/** The edits of one call. Empty if it has an address that is not a literal. */
function stackEdits(
  text: string,
  { name, call }: NamedCall,
  bindings: readonly Binding[],
  before: string,
): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const { label, term, span } of call.arguments) {
    const isOfOldStack = label === "arp" || (label === "qubesdb" && name === "qubes_ipv4_stack");
    if (isOfOldStack && !name.startsWith("generic_")) {
      edits.push({ span: withBlanksBefore(text, span), text: "" });
      continue;
    }
    if (label === "ipv6_config") return [];
    if (label !== "config" && label !== "ipv4_config") continue;
    const binding =
      term.kind === "name"
        ? bindings.findLast((each) => each.name === term.name && each.span.end <= span.start)
        : undefined;
    const { start, end } = binding?.span ?? outerSpan(term);
    const labels = addressLabels(text.slice(start, end));
    if (labels === undefined) return [];
    edits.push({ span, text: labels });
  }
  if (edits.length === 0 && name.startsWith("generic_")) return [];
  const { end } = call.function.span;
  edits.push({ span: { start: end - name.length, end }, text: "generic_stackv4v6" });
  const isFirst = call.function.span.start === call.span.start;
  // On Qubes, the generic stack reads its address from the database of Qubes.
  if (before !== "" && isFirst && name !== "qubes_ipv4_stack")
    edits.push({ span: { start: call.span.start, end: call.span.start }, text: before });
  return edits;
}

const networkPattern = /\bnetwork\s*=\s*\(?\s*Ipaddr\.V4\.Prefix\.of_(?:address_)?string_exn\s+("[^"\\]*")/;
const gatewayPattern = /\bgateway\s*=\s*\(?\s*(?:Some\s*\(?\s*)?Ipaddr\.V4\.of_string(?:_exn)?\s+("[^"\\]*")/;

/** The literal of the address with its prefix. In mirage 3.0, the record had both, one after the other. */
function networkText(text: string): string | undefined {
  const found = networkPattern.exec(text);
  const network = found?.[1];
  if (!found || network === undefined) return undefined;
  const rest = /^\s*\)?\s*,\s*\(?\s*Ipaddr\.V4\.of_string_exn\s+"([^"\\]*)"/.exec(
    text.slice(found.index + found[0].length),
  );
  return rest ? network.replace(/^"[^/]*/, `"${rest[1]}`) : network;
}

/** The labels for a record of an address, given its text with its bindings; undefined for other texts. */
function addressLabels(record: string): string | undefined {
  const text = withLocalValues(record);
  const network = networkText(text);
  const gateway = gatewayPattern.exec(text)?.[1];
  const hasGateway = gateway !== undefined || /\bgateway\s*=\s*None\b/.test(text);
  if (network === undefined || !hasGateway || !/\{[^{}]*\bnetwork\b[^{}]*\}/.test(text)) return undefined;
  const labels = `~ipv4_network:(Ipaddr.V4.Prefix.of_string_exn ${network})`;
  return gateway === undefined ? labels : `${labels} ~ipv4_gateway:(Ipaddr.V4.of_string_exn ${gateway})`;
}

/** The text with the values that `let name = value in` gives to fields, in place of their names. */
function withLocalValues(text: string): string {
  const values = [...text.matchAll(/\blet\s+([a-z_][\w']*)\s*=\s*([^;{}]*?)\s+in\b/g)];
  return values.reduce((changed, [, name = "", value = ""]) => {
    const field = new RegExp(String.raw`\b((?:network|gateway)\s*=\s*(?:Some\s+)?)${name}(?![\w'.])`, "g");
    return changed.replaceAll(field, (_, before: string) => `${before}(${value})`);
  }, text);
}

/** `if_impl Key.is_unix (socket_stackv4 …) STACK` is what `generic_stackv4v6` does itself. */
function removeSocketChoice({ config }: MigratedProject): void {
  const { text } = config;
  const { calls } = readCalls(text);
  config.apply(
    calls.flatMap(({ name, call, positional }): TextEdit[] => {
      const [condition, sockets, other] = positional;
      if (name !== "if_impl" || !condition || !sockets || !other || positional.length > 3) return [];
      const isSocket = calls.some(
        (each) => each.call === sockets && /^socket_stackv4(?:v6)?$/.test(each.name),
      );
      const isGeneric = calls.some((each) => each.call === other && each.name === "generic_stackv4v6");
      if (condition.kind !== "name" || condition.name !== "Key.is_unix" || !isSocket || !isGeneric) return [];
      const { start, end } = outerSpan(other);
      return [
        { span: { start: call.span.start, end: start }, text: "" },
        { span: { start, end }, text: text.slice(start, end).replace(/^\(\s*([^]*?)\s*\)$/, "$1") },
        { span: { start: end, end: call.span.end }, text: "" },
      ];
    }),
  );
}

/** Removes the records that nothing uses any more. */
function removeAddresses({ config }: MigratedProject): void {
  for (;;) {
    const { text } = config;
    const binding = readCalls(text).bindings.find(
      ({ name, span }) =>
        name !== undefined &&
        addressLabels(text.slice(span.start, span.end)) !== undefined &&
        // Not a binding around the record, such as the one of the stack.
        readCalls(text).calls.every(
          (each) => !spanContains(span, each.call.span) || /^(?:Ipaddr\.|Some$)/.test(each.name),
        ) &&
        usesOf(text, name).every((use) => spanContains(span, use)),
    );
    if (!binding || !config.apply([{ span: definitionSpan(text, binding.span), text: "" }])) return;
  }
}
