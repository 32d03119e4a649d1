import { isLocalName, readConfigSource } from "../../mirage/config/parseConfig.ts";
import { withLineEnd, readBrackets } from "../../ocaml/brackets.ts";
import type { TextEdit } from "../editedText.ts";
import { appliedArguments, removalEdits } from "./functorArguments.ts";
import { removeFromOwnDevices } from "./ownDevices.ts";
import type { MigratedProject, Rule } from "../project.ts";
import { mirageTypesOpen, removedCombinators, removedPlaces } from "./removedDevices.ts";
import { withoutRemovedDevices } from "./sourceDevices.ts";

/**
 * Console, time, clocks and random are no longer functor arguments (console since mirage 4.4, the others
 * since 4.9). They leave config.ml, the functors and `start` together, so that these still fit one another.
 */
export const ambientDeviceRule: Rule = {
  since: "4.9.0",
  apply: (project) => {
    for (let i = 0; ; i++) {
      const source = readConfigSource(project.config.text);
      const main = source.mains[i];
      if (!main) break;
      const { text } = project.config;
      const { parameters = [], type, result } = main;
      const removed = main.isMirage ? removedPlaces(project, { module: main.module.value, parameters }) : [];
      const edits =
        removed.length > 0
          ? removalEdits(text, { parameters, type, result }, appliedArguments(text, main), removed)
          : undefined;
      if (edits) project.config.apply(edits);
    }
    removeFromOwnDevices(project);
    removeAliases(project);
    for (const { edited } of project.modules) {
      edited.apply(withoutRemovedDevices(edited.text));
      const open = mirageTypesOpen(readBrackets(edited.text));
      if (open) edited.apply([{ span: withLineEnd(edited.text, open), text: "" }]);
    }
  },
};

/** Removes `let time = default_time` where nothing uses it any more. */
function removeAliases({ config }: MigratedProject): void {
  const source = readConfigSource(config.text);
  const edits: TextEdit[] = [];
  for (const [name, { of, span }] of source.aliases) {
    if (!removedCombinators.has(of)) continue;
    const isUsed = source.words.some(
      (word) => word.name === name && word.span.start > span.end && isLocalName(source, word),
    );
    if (!isUsed) edits.push({ span: withLineEnd(config.text, span), text: "" });
  }
  config.apply(edits);
}
