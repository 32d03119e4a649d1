import { open } from "node:fs/promises";
import { fileSource } from "../image/fileSource.ts";
import { readSectionSizes, type SectionSizes } from "../image/size/imageSize.ts";
import { readImage, type ImageFile } from "../image/solo5Notes.ts";
import { sizeText } from "../protocol/sizeText.ts";
import type { ImageFact } from "../protocol/image.ts";
import { t } from "../protocol/l10n.ts";

type Image = Extract<ImageFile, { kind: "solo5" | "elf" }>;

const machines: Readonly<Record<number, string>> = { 40: "ARM", 62: "x86-64", 183: "AArch64", 243: "RISC-V" };

/** What an image is and needs, for the head of its view. `machine` is the number of `elf(5)`. */
export function imageFacts(image: Image, size: SectionSizes): readonly ImageFact[] {
  const fact = (label: string, value: string, hint = ""): ImageFact => ({ label, value, hint });
  const hasDebug = size.sections.some(({ use }) => use === "debug");
  return [
    ...(image.kind === "solo5" ? solo5Facts(image) : [fact(t("Machine"), machineName(image.machine))]),
    fact(
      t("Size in memory"),
      sizeText(size.loaded),
      t("What is loaded when the unikernel boots, including zeroed memory. Heap and stack come in addition."),
    ),
    fact(t("Size of the file"), sizeText(size.file)),
    fact(
      t("Debug information"),
      hasDebug ? t("yes") : size.stripped ? t("no, and no symbols") : t("no, only symbols"),
      hasDebug ? "" : t("Breakpoints by line need debug information."),
    ),
    fact(
      t("Removed by strip"),
      sizeText(size.removable),
      t("Symbols and debug information. They are in the file, but are not loaded."),
    ),
  ];
}

/** Reads what the head of an image's view shows, from a few KB of the file. Undefined if that fails. Never rejects. */
export async function readFacts(path: string): Promise<readonly ImageFact[] | undefined> {
  const image = await readImage(path);
  if (image.kind !== "solo5" && image.kind !== "elf") return undefined;
  try {
    const file = await open(path, "r");
    try {
      const sizes = await readSectionSizes(await fileSource(file));
      return sizes && imageFacts(image, sizes);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** The name of a machine by its number in `elf(5)`. */
export function machineName(machine: number): string {
  return machines[machine] ?? t("unknown ({0})", machine);
}

function solo5Facts({ abi, devices }: Extract<Image, { kind: "solo5" }>): readonly ImageFact[] {
  const names = devices.map(({ name, type }) =>
    type === "NET_BASIC" ? t("{0} (network)", name) : t("{0} (block)", name),
  );
  return [
    { label: t("Target"), value: abi.target, hint: "" },
    {
      label: t("ABI"),
      value: String(abi.version),
      hint: t("The version of the interface between tender and image."),
    },
    {
      label: t("Devices"),
      value: names.length === 0 ? t("none") : names.join(", "),
      hint: t("The image boots only if each device is attached."),
    },
  ];
}
