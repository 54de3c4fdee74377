// The page: its language, its colour, who it speaks for, and whether it stands in a frame on another site.

import { config } from "./api.js";
import { button, make } from "./elements.js";
import { openBridge, setBridge } from "./person.js";
import { typeset } from "./prose.js";
import { ask, notePassed, redraw } from "./talk.js";
import { LANGUAGES, sayAll, words } from "./words.js";

const root = document.documentElement;
const at = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const languages = document.querySelectorAll(".languages button");
const embedded = asked.get("embed") === "1" && window.parent !== window;

function firstLanguage() {
  const wishes = [asked.get("lang"), ...navigator.languages].map((one) => one?.slice(0, 2).toLowerCase());
  return wishes.find((one) => LANGUAGES.includes(one)) ?? LANGUAGES[0];
}

async function speak(language) {
  root.lang = language;
  sayAll();
  for (const one of languages) one.ariaPressed = String(one.lang === language);
  name(words().title);
  redraw();
  try {
    const told = await config(language);
    if (root.lang !== language) return;
    name(told.title || words().title);
    setBridge(told.contact, notePassed);
    start(told.starters);
  } catch {
    setBridge({ said: "", ways: [] }, notePassed); // the next request tells what is wrong
  }
}

function name(title) {
  document.title = title;
  at("brand").textContent = title;
}

function start(questions) {
  const entries = questions.slice(0, 5).map((one) => make("li", {}, button([typeset(one)], () => ask(one))));
  at("starters").hidden = entries.length === 0;
  at("starters").querySelector("ul").replaceChildren(...entries);
}

at("person").addEventListener("click", openBridge);
for (const one of languages) one.addEventListener("click", () => speak(one.lang));

if (embedded) {
  const leave = () => window.parent.postMessage("ragcare:close", "*");
  at("leave").hidden = false;
  at("leave").addEventListener("click", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) leave();
  });
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data === "ragcare:focus") at("question").focus();
  });
}

if (/^#[0-9a-f]{6}$/i.test(asked.get("accent") ?? "")) root.style.setProperty("--accent", asked.get("accent"));
speak(firstLanguage());
