import type { BannerView } from "../../webviews/graph/messages.ts";
import type { OutputProblem } from "../pipeline/diagnostics.ts";
import type { Action } from "../platform/errors.ts";
import { t } from "../platform/l10n.ts";
import { failureWords, type Answer, type Unanswered } from "./asked.ts";

/** What a button of the banner does. */
export type BannerAction =
  | { readonly kind: "action"; readonly action: Action }
  | { readonly kind: "show"; readonly problem: OutputProblem }
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "again" };

/** What stands above a picture that is not what it should be. */
export interface Banner {
  readonly text: string;
  readonly detail: string;
  readonly severity: BannerView["severity"];
  readonly actions: readonly { readonly title: string; readonly act: BannerAction }[];
}

/** A banner as the page is told of it. */
export const viewOf = ({ text, detail, severity, actions }: Banner): BannerView => ({
  text,
  detail,
  severity,
  actions: actions.map(({ title }) => title),
});

export const goneBanner: Banner = {
  text: t("The config.ml of this graph no longer exists."),
  detail: "",
  severity: "warning",
  actions: [],
};

/** Why there is no new picture; `older` says that there is one from before. */
export function bannerOf(failure: Unanswered, older: boolean): Banner {
  const { text, detail } = failureWords(failure);
  const stays = older ? t(" The picture is the one before.") : "";
  return { text: `${text}${stays}`, detail, severity: "error", actions: actionsOf(failure) };
}

function actionsOf(failure: Unanswered): Banner["actions"] {
  const again = { title: t("Try Again"), act: { kind: "again" } } as const;
  if (failure.kind === "noTool") {
    return failure.problem.actions.map((action) => ({
      title: action.title,
      act: { kind: "action", action },
    }));
  }
  if (failure.kind === "doesNotCompile") {
    const first = failure.problems.find(({ severity }) => severity === "error");
    const output = { title: t("Show Output"), act: { kind: "output", text: failure.output } } as const;
    return first ? [{ title: t("Show Error"), act: { kind: "show", problem: first } }, output] : [output];
  }
  return [again];
}

/** A graph that could be read in part only. */
export function partBanner({ problems }: Answer): Banner | undefined {
  if (problems.length === 0) return undefined;
  return { text: problems.join(" "), detail: "", severity: "warning", actions: [] };
}
