import { sourceMigrations } from "../mirage/migrations.ts";
import { readBrackets, type BracketedTokens } from "../ocaml/brackets.ts";
import type { TextEdit } from "./editedText.ts";
import type { Rule } from "./project.ts";
import { functorsOf, mirageTypesOpen } from "./devices/removedDevices.ts";

/** Module types that have another path now. */
const modulePaths: Readonly<Record<string, string>> = {
  "Mirage_stack.V4V6": "Tcpip.Stack.V4V6",
  "Mirage_stack.V4": "Tcpip.Stack.V4V6",
  "Mirage_stack.V6": "Tcpip.Stack.V4V6",
  "Tcpip.Stack.V4": "Tcpip.Stack.V4V6",
  "Mirage_stack_lwt.V4": "Tcpip.Stack.V4V6",
  "Mirage_types.STACKV4": "Tcpip.Stack.V4V6",
  "Mirage_types.KV_RO": "Mirage_kv.RO",
  "Mirage_types.KV_RW": "Mirage_kv.RW",
  "Mirage_types.BLOCK": "Mirage_block.S",
  "Mirage_types.NETWORK": "Mirage_net.S",
  "Mirage_types.ETHERNET": "Ethernet.S",
  "Mirage_types.ARP": "Arp.S",
  "Mirage_kv_lwt.RO": "Mirage_kv.RO",
  "Mirage_kv_lwt.RW": "Mirage_kv.RW",
  "Mirage_block_lwt.S": "Mirage_block.S",
  "Mirage_net_lwt.S": "Mirage_net.S",
  "Mirage_channel_lwt.S": "Mirage_channel.S",
  "Mirage_flow_lwt.S": "Mirage_flow.S",
  "Mirage_protocols.ETHERNET": "Ethernet.S",
  "Mirage_protocols.ARP": "Arp.S",
  "Mirage_protocols.IP": "Tcpip.Ip.S",
  "Mirage_protocols.IPV4": "Tcpip.Ip.S",
  "Mirage_protocols.IPV6": "Tcpip.Ip.S",
  "Mirage_protocols.ICMP": "Icmpv4.S",
  "Mirage_protocols.UDP": "Tcpip.Udp.S",
  "Mirage_protocols.TCP": "Tcpip.Tcp.S",
  "Mirage_protocols_lwt.ETHERNET": "Ethernet.S",
  "Mirage_protocols_lwt.TCP": "Tcpip.Tcp.S",
  "Mirage_protocols_lwt.UDP": "Tcpip.Udp.S",
  "Cstruct.len": "Cstruct.length",
  "Mirage_info.name": "Mirage_runtime.name",
};

/** Paths of module types and functions that moved between the packages of mirage 3 and 4. */
export const movedModules: Rule = {
  since: "4.0.0",
  apply: ({ modules }) => {
    for (const { edited } of modules) {
      const brackets = readBrackets(edited.text);
      edited.apply([...pathEdits(brackets), ...stackEdits(brackets)]);
    }
  },
};

function pathEdits(brackets: BracketedTokens): TextEdit[] {
  const { text: source, tokens, is } = brackets;
  const opened = mirageTypesOpen(brackets)
    ? functorsOf(source).flatMap(({ parameters = [] }) => parameters)
    : [];
  const signatures = opened.flatMap(({ signature = "", signatureSpan }): TextEdit[] => {
    const path = `Mirage_types.${signature}`;
    return signatureSpan && Object.hasOwn(modulePaths, path)
      ? [{ span: signatureSpan, text: modulePaths[path] ?? "" }]
      : [];
  });
  const paths = tokens.flatMap(({ start, text }, at): TextEdit[] => {
    const member = tokens[at + 2];
    const path = `${text.replace(/^Mirage_types_lwt$/, "Mirage_types")}.${member?.text}`;
    if (is(at - 1, ".") || !is(at + 1, ".") || !member || !Object.hasOwn(modulePaths, path)) return [];
    return [{ span: { start, end: member.end }, text: modulePaths[path] ?? path }];
  });
  return [...paths, ...signatures];
}

/**
 * The stacks of mirage 3 had their functions in the stack itself (`S.listen_tcpv4 s ~port`), and modules for
 * IPv4 alone (`S.TCPV4`).
 */
function stackEdits(brackets: BracketedTokens): TextEdit[] {
  const { text, tokens, is } = brackets;
  const stacks = new Set(
    functorsOf(text).flatMap(({ parameters = [] }) =>
      parameters.flatMap(({ name, signature = "" }) =>
        name !== undefined && /(?:[Ss]tack(?:_lwt)?\.V4|STACKV4)/.test(signature) ? [name] : [],
      ),
    ),
  );
  const edits: TextEdit[] = addressEdits(brackets, stacks);
  for (const [at, token] of tokens.entries()) {
    const member = tokens[at + 2];
    if (!stacks.has(token.text) || !is(at + 1, ".") || is(at - 1, ".") || !member) continue;
    const [, protocol] = /^(?:listen_)?(tcp|udp)(?:v4)?$/.exec(member.text) ?? [];
    const upper = /^(TCP|UDP)V4$/.exec(member.text)?.[1];
    const value = tokens[at + 3];
    if (upper !== undefined) edits.push({ span: { start: member.start, end: member.end }, text: upper });
    else if (protocol === undefined) continue;
    else if (member.text.startsWith("listen_") && value?.kind === "name") {
      let last = at + 3;
      while (is(last + 1, ".") && tokens[last + 2]?.kind === "name") last += 2;
      const end = tokens[last]?.end ?? value.end;
      edits.push({
        span: { start: member.start, end },
        text: `${protocol.toUpperCase()}.listen (${token.text}.${protocol} ${text.slice(value.start, end)})`,
      });
    } else if (member.text.endsWith("v4"))
      edits.push({ span: { start: member.start, end: member.end }, text: protocol });
  }
  return edits;
}

/**
 * The addresses that `let ip, port = S.TCPV4.dst flow` binds are of both versions of IP now, which matters
 * where they are printed.
 */
function addressEdits({ tokens, is }: BracketedTokens, stacks: ReadonlySet<string>): TextEdit[] {
  const names = new Set(
    tokens.flatMap(({ text: name }, at) => {
      const stack = tokens[at + 4]?.text ?? "";
      const isAddress = is(at - 1, "let") && is(at + 1, ",") && is(at + 3, "=") && stacks.has(stack);
      return isAddress && is(at + 6, "TCPV4") && is(at + 8, "dst") ? [name] : [];
    }),
  );
  return tokens.flatMap(({ start }, at): TextEdit[] => {
    const isPrinter = is(at, "Ipaddr") && is(at + 2, "V4") && (is(at + 4, "to_string") || is(at + 4, "pp"));
    const end = tokens[at + 4]?.start;
    return isPrinter && end !== undefined && names.has(tokens[at + 5]?.text ?? "")
      ? [{ span: { start, end }, text: "Ipaddr." }]
      : [];
  });
}

/** What the quick fixes of single places do too. */
export const runtimeFunctions: Rule = {
  since: "4.8.0",
  apply: ({ modules, version }) => {
    for (const { edited } of modules)
      edited.apply(sourceMigrations(edited.text, version).flatMap(({ edits }) => edits));
  },
};
