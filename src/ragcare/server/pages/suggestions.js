// Search as you type: the validated articles that the words typed so far may be about.

import { suggest } from "./api.js";
import { openArticle } from "./article.js";
import { announce, button, make } from "./elements.js";
import { words } from "./words.js";

const PAUSE = 150; // milliseconds without a key before the server is asked
const LEAST = 2;

const box = document.getElementById("question");
const found = document.getElementById("found");
const list = found.querySelector("ul");
let timer = 0;
let asking = null;

box.addEventListener("input", () => {
  clearTimeout(timer);
  asking?.abort();
  if (box.value.trim().length < LEAST) hideSuggestions();
  else timer = setTimeout(look, PAUSE);
});

for (const place of [box, found]) place.addEventListener("keydown", move);

for (const leaving of ["pointerdown", "focusin"]) {
  document.addEventListener(leaving, ({ target }) => target.closest("#ask, dialog") || hideSuggestions());
}

export function hideSuggestions() {
  clearTimeout(timer);
  asking?.abort();
  found.hidden = true;
  list.replaceChildren();
}

async function look() {
  asking = new AbortController();
  const most = document.documentElement.dataset.view === "welcome" ? 5 : 3;
  try {
    const { suggestions } = await suggest(box.value.trim().slice(0, 200), most, asking.signal);
    list.replaceChildren(...suggestions.map((one) => make("li", {}, entry(one))));
    found.hidden = suggestions.length === 0;
    if (suggestions.length) announce(words().foundCount(suggestions.length));
  } catch {
    hideSuggestions(); // a question can do without
  }
}

function entry({ article_id: id, text, title, highlights }) {
  const letters = [...text]; // offsets count characters, as Python does
  const edges = [0, ...highlights.flat(), letters.length];
  const parts = edges.slice(1).map((edge, at) => letters.slice(edges[at], edge).join(""));
  const marked = parts.map((part, at) => (at % 2 ? make("b", {}, part) : part));
  return button([make("span", {}, ...marked)], () => openArticle(id, title || text));
}

function move(event) {
  const entries = [...list.querySelectorAll("button")];
  if (found.hidden || event.isComposing) return;
  const now = entries.indexOf(document.activeElement);
  if (event.key === "Escape") {
    event.preventDefault();
    hideSuggestions();
    box.focus();
  } else if (event.key === "ArrowDown" && (now >= 0 || !box.value.slice(box.selectionEnd).includes("\n"))) {
    event.preventDefault();
    entries[Math.min(now + 1, entries.length - 1)].focus();
  } else if (event.key === "ArrowUp" && now >= 0) {
    event.preventDefault();
    (now ? entries[now - 1] : box).focus();
  }
}
