// From text to elements: Markdown of a sentence, blocks of an answer, HTML of an article.

import { make, safeAddress } from "./elements.js";

/** French signs keep to the word before them, for the eye only. */
export const typeset = (text) => text.replace(/ (?=[:;?!»%€](?!\w))/g, "\u00a0").replace(/« /g, "«\u00a0");

const MARKS = /\*\*(.+?)\*\*|(?<![\w*])[*_]([^*_\s](?:[^*_]*[^*_\s])?)[*_](?![\w*])|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\\([\\`*_{}[\]()#+\-.!|>])/;

/** Bold, italics, code and links as elements; all else, HTML too, as its letters. */
function inline(text) {
  const found = MARKS.exec(text);
  if (!found) return [typeset(text)];
  const [whole, strong, slanted, code, label, address, escaped] = found;
  const element =
    (strong && make("strong", {}, ...inline(strong))) ||
    (slanted && make("em", {}, ...inline(slanted))) ||
    (code && make("code", {}, code)) ||
    (label && link(address, ...inline(label)));
  const after = text.slice(found.index + whole.length);
  return [typeset(text.slice(0, found.index)), element || escaped, ...(after ? inline(after) : [])];
}

/** A link to another page; without one where the address is not safe. */
export function link(address, ...children) {
  const href = safeAddress(address);
  return href ? make("a", { href, target: "_blank" }, ...children) : make("span", {}, ...children);
}

/** A frame in which a table that is too wide can be scrolled, by keyboard too. */
function framed(table) {
  const frame = make("div", { className: "table" }, table);
  width.observe(frame);
  return frame;
}

const width = new ResizeObserver((seen) => {
  for (const { target } of seen) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
});

const ROW = /^\s*\|(.+)\|\s*$/;
const RULE = /^[\s|:-]+$/; // under the head of a table
const STEP = /^\s*(\d+)[.)]\s+/;
const POINT = /^\s*[-*+•]\s+/;
const HEADING = /^#{1,6}\s+/;

/** Lays sentences out as they come: paragraphs, numbered steps, points and tables. */
export class Prose {
  #block = null;

  constructor(root) {
    this.root = root;
  }

  /** Adds a sentence, which starts "inline", on a "line" or a "paragraph" of its own; returns the element it ends in. */
  say(text, starts = "inline") {
    let place = null;
    text.split("\n").forEach((line, at) => {
      if (line.trim()) place = this.#line(line, at ? "line" : starts) ?? place;
    });
    return place ?? this.root;
  }

  #line(line, starts) {
    const row = ROW.exec(line);
    if (row) return RULE.test(row[1]) ? null : this.#row(row[1], starts);
    const step = STEP.exec(line);
    const item = step ?? POINT.exec(line);
    const said = make("span", { className: "said" }, ...inline(line.slice(item?.[0].length ?? 0).replace(HEADING, "").trim()));
    if (item) {
      const kind = step ? "ol" : "ul";
      if (!this.#is(kind)) this.#open(make(kind, step ? { start: step[1] } : {}));
      this.#block.append(make("li", {}, said));
    } else if (starts === "inline" && this.#is("p, ol, ul")) {
      (this.#is("p") ? this.#block : this.#block.lastChild).append(" ", said);
    } else if (starts === "line" && this.#is("p")) {
      this.#block.append(make("br"), said);
    } else {
      this.#open(make("p", {}, said));
    }
    return said;
  }

  #row(text, starts) {
    const cells = text.split(/(?<!\\)\|/).map((cell) => inline(cell.trim()));
    const first = !this.#is(".table") || starts === "paragraph";
    if (first) this.#open(framed(make("table", {}, make("thead"), make("tbody"))));
    const row = make("tr", {}, ...cells.map((cell) => make(first ? "th" : "td", first ? { scope: "col" } : {}, ...cell)));
    this.#block.querySelector(first ? "thead" : "tbody").append(row);
    return row.lastChild;
  }

  #is(kind) {
    return this.#block?.matches(kind);
  }

  #open(block) {
    this.#block = block;
    this.root.append(block);
  }
}

const KEPT = new Set("a b blockquote br code dd del dl dt em h1 h2 h3 h4 h5 h6 hr i kbd li mark ol p pre s strong sub sup table tbody td th thead tr u ul".split(" "));
const DROPPED = "script, style, template, noscript, iframe, object, embed, svg, math, title, textarea";

/** The HTML of an article, built anew of what is allowed: a second lock, behind the server's. */
export function article(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const one of parsed.querySelectorAll(DROPPED)) one.remove();
  const whole = make("div");
  copy(parsed.body, whole);
  for (const table of whole.querySelectorAll("table")) {
    const place = document.createComment("");
    table.replaceWith(place);
    place.replaceWith(framed(table));
  }
  return whole.childNodes;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    const name = node.localName;
    if (node.nodeType === Node.TEXT_NODE) to.append(typeset(node.data));
    else if (!KEPT.has(name)) copy(node, to);
    else {
      // The panel's title is a second heading: those of the article begin at the third.
      const heading = /^h(\d)$/.exec(name);
      const made = name === "a" ? link(node.getAttribute("href") ?? "") : make(heading ? `h${Math.min(6, Math.max(3, +heading[1] + 1))}` : name);
      if (name === "ol") made.start = node.start;
      copy(node, made);
      to.append(made);
    }
  }
}
