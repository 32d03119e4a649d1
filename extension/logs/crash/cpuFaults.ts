import { t } from "../../protocol/l10n.ts";
import { memoryFaultHint, type FailureExplanation } from "./crashExplanation.ts";

/** How far below the stack pointer, in bytes, a program that ran out of stack may write. */
const stackReach = 1n << 20n;
/** Nothing is mapped below this address: an access there used a null pointer. */
const firstPage = 4096n;

/**
 * Explains a processor fault from the lines of its record. Reads the formats of Solo5 for x86
 * (`bindings/cpu_x86_64.c`; mnemonics and error codes as in Intel's manual, volume 3, chapter 6) and for
 * arm64, of Mini-OS and of Unikraft.
 */
export function explainCpuFault(message: string, more: readonly string[]): FailureExplanation {
  const lines = [message, ...more.slice(0, 64)].join("\n");
  const hex = (name: string) =>
    new RegExp(`\\b${name}(?:[= ]|: {1,2})(?:0x|\\d{4}:)?0{0,16}([\\da-f]{1,16})\\b`, "i").exec(lines)?.[1];
  const type = /type=(#\w{1,3})/.exec(message)?.[1];
  const code = hex("rip");
  const where = code === undefined ? "" : t(", from the code at 0x{0}", code);
  const address =
    hex("cr2") ??
    hex("address") ??
    /(?:Abort Address:|page fault at) 0x0{0,16}([\da-f]{1,16})/.exec(lines)?.[1];
  if (address !== undefined)
    return pageFault(address, hex("ec") ?? hex("code"), where, hex("rsp") ?? hex("sp"));
  if (type === "#DE")
    return { text: t("It divided by zero{0}.", where), next: t("Check divisions in C stubs.") };
  if (type === "#UD")
    return {
      text: t("It executed an invalid instruction{0}.", where),
      next: t("It was compiled for another processor, or a C stub jumped to a wrong address."),
    };
  if (type === "#BP" || type === "#DB")
    return {
      text: t("It reached a breakpoint{0} ({1}), and no debugger was attached.", where, type),
      next: t("Start it with F5 to debug it, or remove the instruction from a C stub."),
    };
  if (type === "#GP" || type === "#SS" || type === "#AC")
    return { text: t("It used an invalid address{0} ({1}).", where, type), next: memoryFaultHint };
  if (type === "#DF") return { text: t("Double fault{0}: it ran out of stack.", where), next: deep };
  if (type === "#MF" || type === "#XM")
    return {
      text: t("Floating-point error{0} ({1}).", where, type),
      next: t("Check floating-point arithmetic in C stubs."),
    };
  if (message.startsWith("Unikraft Crash"))
    return { text: t("Unikraft crashed{0}.", where), next: memoryFaultHint };
  const fault = message.replace(/^Solo5: [tT]rap: /, "");
  return { text: t("Processor fault: {0}.", fault), next: memoryFaultHint };
}

const deep = t("A recursion goes too deep, or a C stub has a large local array.");

function pageFault(
  address: string,
  code: string | undefined,
  where: string,
  stack: string | undefined,
): FailureExplanation {
  const at = BigInt(`0x${address}`);
  const text = accessText(address, code, where);
  if (at < firstPage) return { text, next: t("A C stub used a null pointer.") };
  const below = stack === undefined ? undefined : BigInt(`0x${stack}`) - at;
  const outOfStack = below !== undefined && below > -firstPage && below < stackReach;
  return { text, next: outOfStack ? deep : memoryFaultHint };
}

/** Describes the access, by the error code of the page fault: bit 1 is a write, bit 4 an instruction fetch. */
function accessText(address: string, code: string | undefined, where: string): string {
  const bits = Number.parseInt(code ?? "", 16);
  if (Number.isNaN(bits)) return t("Page fault: it used the address 0x{0}{1}.", address, where);
  if ((bits & 16) !== 0) return t("Page fault: it executed code at the address 0x{0}.", address);
  return (bits & 2) === 0
    ? t("Page fault: it read from the address 0x{0}{1}.", address, where)
    : t("Page fault: it wrote to the address 0x{0}{1}.", address, where);
}
