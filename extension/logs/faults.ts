import { t } from "../platform/l10n.ts";
import { badMemory, type Said } from "./crashRule.ts";

/** How far below its stack a program that ran out of it writes. */
const stackReach = 1n << 20n;
/** Below this address lies nothing: what is used there was a null pointer. */
const firstPage = 4096n;

/**
 * A processor fault in words, from the lines of its record: Solo5's for x86 (`bindings/cpu_x86_64.c`, the
 * mnemonics and error codes of Intel's manual, volume 3, chapter 6) and for arm64, Mini-OS's and Unikraft's.
 */
export function explainFault(message: string, more: readonly string[]): Said {
  const lines = [message, ...more.slice(0, 64)].join("\n");
  const hex = (name: string) =>
    new RegExp(`\\b${name}(?:[= ]|: {1,2})(?:0x|\\d{4}:)?0{0,16}([\\da-f]{1,16})\\b`, "i").exec(lines)?.[1];
  const type = /type=(#\w{1,3})/.exec(message)?.[1];
  const code = hex("rip");
  const where = code === undefined ? "" : t(", by the code at 0x{0}", code);
  const address =
    hex("cr2") ??
    hex("address") ??
    /(?:Abort Address:|page fault at) 0x0{0,16}([\da-f]{1,16})/.exec(lines)?.[1];
  if (address !== undefined)
    return pageFault(address, hex("ec") ?? hex("code"), where, hex("rsp") ?? hex("sp"));
  if (type === "#DE")
    return { text: t("It divided by zero{0}.", where), next: t("Look at divisions in C stubs.") };
  if (type === "#UD")
    return {
      text: t("It came to an invalid instruction{0}.", where),
      next: t("It was compiled for another processor, or a C stub jumped astray."),
    };
  if (type === "#GP" || type === "#SS" || type === "#AC")
    return { text: t("It used an address that cannot be one{0} ({1}).", where, type), next: badMemory };
  if (type === "#DF")
    return { text: t("It faulted within a fault{0}: it ran out of stack.", where), next: deep };
  if (type === "#MF" || type === "#XM")
    return {
      text: t("It made an error of floating-point arithmetic{0} ({1}).", where, type),
      next: t("Look at C stubs that calculate."),
    };
  if (message.startsWith("Unikraft Crash"))
    return { text: t("Unikraft crashed{0}.", where), next: badMemory };
  const words = message.replace(/^Solo5: [tT]rap: /, "");
  return { text: t("The processor faulted: {0}.", words), next: badMemory };
}

const deep = t("A recursion goes too deep, or a C stub has a large local array.");

function pageFault(
  address: string,
  code: string | undefined,
  where: string,
  stack: string | undefined,
): Said {
  const at = BigInt(`0x${address}`);
  const text = accessText(address, code, where);
  if (at < firstPage) return { text, next: t("A C stub used a null pointer.") };
  const below = stack === undefined ? undefined : BigInt(`0x${stack}`) - at;
  const outOfStack = below !== undefined && below > -firstPage && below < stackReach;
  return { text, next: outOfStack ? deep : badMemory };
}

/** The bits of a page fault's error code: 2 is a write, 16 the fetch of an instruction. */
function accessText(address: string, code: string | undefined, where: string): string {
  const bits = Number.parseInt(code ?? "", 16);
  if (Number.isNaN(bits)) return t("Page fault: it used the address 0x{0}{1}.", address, where);
  if ((bits & 16) !== 0) return t("Page fault: it executed the address 0x{0}.", address);
  return (bits & 2) === 0
    ? t("Page fault: it read from the address 0x{0}{1}.", address, where)
    : t("Page fault: it wrote to the address 0x{0}{1}.", address, where);
}
