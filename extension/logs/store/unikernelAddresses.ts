/** No message with an address is longer. */
const searchedLength = 400;

/** The addresses in boot arguments: the values of `--ipv4`, `--ipv6` and of these with the prefix of a group of devices. */
export function addressesOfArguments(bootArguments: readonly string[]): readonly string[] {
  return bootArguments.flatMap((word, at) => {
    const { name, value = bootArguments[at + 1] ?? "" } =
      /^--(?<name>[\w-]+)(?:=(?<value>.*))?$/.exec(word)?.groups ?? {};
    return name !== undefined && /(?:^|-)ipv[46]$/.test(name) ? addressesIn(value) : [];
  });
}

/**
 * The addresses that a message says are the unikernel's: of tcpip (`stack-direct/tcpip_stack_direct.ml`), of charrua's DHCP
 * client (`dhcp_client_lwt.ml`), and of programs that log `IP address: …` themselves.
 */
export function addressesOfMessage(message: string): readonly string[] {
  if (message.length > searchedLength) return [];
  const found =
    /\bstack assembled: mac=[^,]*,ip=(?<list>.+)$/.exec(message) ??
    /\bLease obtained! IP: (?<list>[^\s,]+)/.exec(message) ??
    /^(?:(?:my|our|own|the) )?IP(?:v[46])? address(?:es)?(?: is| are)?:? (?<list>\S+)/i.exec(message);
  return addressesIn(found?.groups?.["list"] ?? "");
}

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7})(?:\/\d{1,3})?$/i;

const addressesIn = (list: string): readonly string[] =>
  list
    .split(/[\s,;]+/)
    .map((word) => word.replace(/\.$/, ""))
    .filter((word) => address.test(word));
