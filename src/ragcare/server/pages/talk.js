// The conversation: what was asked, what came back, and what to do when nothing does.

import { chat, Failure, forget } from "./api.js";
import { closeArticle } from "./article.js";
import { announce, button, make } from "./elements.js";
import { forgetAll, memory, remember } from "./memory.js";
import { hideSuggestions } from "./suggestions.js";
import { noted, ReplyTurn, turn } from "./turn.js";
import { explain, words } from "./words.js";

const LONG = 4000; // milliseconds after which waiting is explained
const MOST = 4000; // characters of a message that the server takes

const at = (id) => document.getElementById(id);
const box = at("question");
const turns = at("turns");
let live = null;

at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (live) live.stop.abort();
  else if (box.value.trim()) ask(box.value.trim());
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  if (!live) at("ask").requestSubmit();
});

at("anew").addEventListener("click", beginAnew);

box.addEventListener("input", () => {
  const over = box.value.length > MOST; // told, where `maxlength` would cut it in silence
  box.setCustomValidity(over ? `${words().tooLong} (${box.value.length} / ${MOST})` : "");
});

/** Sends a message and shows the reply as it comes. */
export async function ask(message) {
  if (live) return;
  hideSuggestions();
  box.value = "";
  const mine = turn("mine", words().you, make("p", {}, message));
  const entry = { events: [] };
  const view = new ReplyTurn(ask, (useful) => opine(entry, useful));
  const later = setTimeout(() => view.tell(words().stillSearching), LONG);
  live = { stop: new AbortController(), nodes: [mine, view.element] };
  turns.append(...live.nodes);
  show();
  mine.scrollIntoView();
  announce(words().searching);
  if (matchMedia("(pointer: coarse)").matches) box.blur(); // the keyboard of a phone would hide the answer
  else box.focus({ preventScroll: true });
  try {
    for await (const { event, data } of chat(message, memory().session, live.stop.signal)) {
      if (event === "session") remember({ session: data.session });
      else if (event === "error") throw new Failure(data.status, data);
      else if (event === "done") entry.reply = data.reply;
      else {
        entry.events.push([event, data]);
        view.take(event, data);
      }
    }
    if (!entry.reply) throw new Failure(0);
    view.finish(entry.reply);
    const { handoff } = entry.reply;
    remember({ turns: [...memory().turns, { asked: message }, entry], ...(handoff?.id ? { handoff } : {}) });
    announce(view.spoken);
    mine.scrollIntoView();
  } catch (failure) {
    fail(failure, message, mine, view.element);
  } finally {
    clearTimeout(later);
    live = null;
    show();
  }
}

function opine(entry, useful) {
  entry.useful = useful;
  remember({});
}

/** Puts what went wrong in the place of the reply: no half answer stays. */
function fail(failure, message, mine, reply) {
  if (failure.name !== "AbortError" && !(failure instanceof Failure)) console.error(failure);
  const said = failure.name === "AbortError" ? words().stopped : explain(failure);
  const again = button([words().retry], () => {
    mine.remove();
    failed.remove();
    ask(message);
  });
  const failed = turn("ours", words().us, make("div", { className: "card trouble" }, make("p", {}, said), make("div", { className: "ways" }, again)));
  reply.replaceWith(failed);
  announce(said);
}

/** Notes in the conversation that it went to a person. */
export function notePassed(handoff) {
  if (handoff.id === memory().handoff?.id) return; // it was added to
  const entry = { passed: handoff };
  remember({ handoff, turns: [...memory().turns, entry] });
  turns.append(kept(entry));
  show();
  turns.lastChild.scrollIntoView({ block: "nearest" });
}

function kept(entry) {
  if (entry.asked) return turn("mine", words().you, make("p", {}, entry.asked));
  if (entry.passed) return turn("ours", "", noted(entry.passed));
  const view = new ReplyTurn(ask, (useful) => opine(entry, useful));
  for (const [event, data] of entry.events) view.take(event, data);
  view.finish(entry.reply, entry.useful);
  return view.element;
}

/** Draws the whole conversation again from memory: after a reload, or in another language. */
export function redraw() {
  turns.replaceChildren(...memory().turns.map(kept), ...(live?.nodes ?? []));
  show();
}

/** Forgets the conversation, here and on the server. */
function beginAnew() {
  live?.stop.abort();
  if (memory().session) forget(memory().session).catch(() => {});
  forgetAll();
  closeArticle();
  turns.replaceChildren();
  show();
  box.focus();
}

function show() {
  const talking = turns.childElementCount > 0;
  document.documentElement.dataset.view = talking ? "talk" : "welcome";
  at("talk").hidden = at("anew").hidden = !talking;
  box.placeholder = `${words().question}…`;
  at("send").ariaLabel = live ? words().stop : words().send;
  at("send").querySelector("use").setAttribute("href", live ? "#icon-stop" : "#icon-send");
}
