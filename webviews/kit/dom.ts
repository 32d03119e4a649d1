type Child = Node | string;

/** An element with attributes and children. Strings become text, never markup. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * The element inside that has the keyboard. Undefined also while another part of the window has it: a page
 * remembers its own last one, and focusing what takes its place would take the keyboard from an editor.
 */
export function focusedIn(inside: Element): Element | undefined {
  const { activeElement } = document;
  return document.hasFocus() && activeElement && inside.contains(activeElement) ? activeElement : undefined;
}

const svg = "http://www.w3.org/2000/svg";

/** An element of SVG with attributes and children. */
export function svgElement(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): SVGElement {
  const made = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A 16×16 drawing of one path in the colour of the text around it; words must say the same. */
export function icon(path: string): SVGElement {
  const drawing = svgElement("svg", {
    class: "icon",
    viewBox: "0 0 16 16",
    "aria-hidden": "true",
    focusable: "false",
  });
  drawing.append(svgElement("path", { d: path }));
  return drawing;
}
