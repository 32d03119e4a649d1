import { element } from "../../kit/dom.ts";
import type { EndpointView } from "../../../extension/protocol/logs.ts";
import { anchor } from "../rows/links.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The address of the unikernel that is shown, and links to the pages that it serves. */
export interface Endpoint {
  readonly element: HTMLElement;
  readonly show: (endpoint: EndpointView | undefined) => void;
}

/** More links would hide the buttons of the toolbar. */
const maxLinks = 2;

export function createEndpoint(): Endpoint {
  const made = element("span", { class: "endpoint" });
  let shown = "";
  return {
    element: made,
    show: (endpoint) => {
      const next = JSON.stringify(endpoint ?? null);
      // A link that is drawn again would lose the focus.
      if (next === shown) return;
      shown = next;
      const address = endpoint?.address;
      const links = (endpoint?.urls ?? []).slice(0, maxLinks).map((url) => {
        const link = anchor(url);
        link.textContent = url.replace(/\/$/, "");
        link.setAttribute("aria-label", t("Open {0}", url));
        return link;
      });
      made.replaceChildren(
        ...(address === undefined
          ? []
          : [
              element(
                "span",
                { title: t("The address of the unikernel, from its log") },
                t("at {0}", address),
              ),
            ]),
        ...links,
      );
    },
  };
}
