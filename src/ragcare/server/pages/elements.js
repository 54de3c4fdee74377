// Elements made without a word of HTML: what is put in is text, whatever it looks like.

/** An element with its properties, listeners ("onclick") and children (elements, text or nothing). */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

export const button = (children, onclick, properties = {}) => make("button", { type: "button", onclick, ...properties }, ...children);

const SVG = "http://www.w3.org/2000/svg";

/** One of the drawings of index.html. */
export function icon(name) {
  const [svg, use] = ["svg", "use"].map((one) => document.createElementNS(SVG, one));
  svg.ariaHidden = "true";
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** The address, if a link may lead there. */
export function safeAddress(address) {
  try {
    const { href, protocol } = new URL(address ?? "", document.baseURI);
    return address && ["https:", "http:", "mailto:", "tel:"].includes(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** Tells it to a screen reader, once. */
export function announce(text) {
  const status = document.getElementById("status");
  status.textContent = "";
  setTimeout(() => { status.textContent = text; }, 60); // the same words again are told again
}
