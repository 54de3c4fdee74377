// One reply in the conversation: it takes the events of a stream as they come, or a whole reply that was kept.

import { sendFeedback } from "./api.js";
import { openArticle } from "./article.js";
import { announce, button, icon, make } from "./elements.js";
import { openBridge, waysOf } from "./person.js";
import { Prose, typeset } from "./prose.js";
import { day, known, words } from "./words.js";

const LISTED = /^\s*(?:-|\d+\.)\s+/; // how the text of a reply lists titles

export const turn = (whose, name, ...children) =>
  make("li", { className: `turn ${whose}` }, name && make("h3", { className: "hush" }, name), ...children);

export class ReplyTurn {
  #prose = null;
  #said = []; // {place, cited: [citation]} for each sentence
  #near = []; // articles that a refusal names

  /** `ask` sends a message in the customer's name; `keep` notes what was thought of the reply. */
  constructor(ask, keep) {
    this.ask = ask;
    this.keep = keep;
    this.body = make("div", { className: "prose" });
    this.progress = make("p", { className: "waiting" }, words().searching);
    this.card = make("div", { className: "card" }, this.progress, this.body);
    this.element = turn("ours", words().us, this.card);
    this.element.ariaBusy = "true";
  }

  /** Says how far it is while nothing has come yet. */
  tell(text) {
    this.progress.textContent = text;
  }

  /** Takes one event of the stream. */
  take(event, data) {
    if (event === "decision" && data.decision.action === "answer") this.tell(words().writing);
    if (event === "sources") this.#near = data.sources;
    if (event === "message") this.#message(data.text, data.choices);
    if (event === "sentence") this.#sentence(data.sentence, data.citations);
    if (event === "citation") this.#said.at(-1)?.cited.push(data.citation);
  }

  /** Shows a reply that was kept, as its events did. */
  replay({ text, answer, citations, choices, nearest }) {
    this.#near = nearest;
    if (!answer) return this.#message(text, choices);
    const [first, last] = [answer.sentences[0].text, answer.sentences.at(-1).text];
    this.#message(text.slice(0, text.indexOf(first)));
    const left = [...citations];
    for (const one of answer.sentences) this.#sentence(one, left.splice(0, one.evidence.length));
    return this.#message(text.slice(text.lastIndexOf(last) + last.length));
  }

  /** What stands below the words, once they are all there: sources, the way to a person, what was thought of it. */
  finish(reply, opinion) {
    this.progress.remove();
    this.element.ariaBusy = null;
    for (const part of this.body.children) part.lang = known(part.className === "answer" ? reply.answer.language : reply.language);
    const sources = this.#sources().map((source) => make("li", {}, this.#source(source)));
    if (sources.length) this.card.append(make("ul", { className: "sources", "aria-label": words().sources }, ...sources));
    if (reply.handoff) this.card.append(this.#bridge(reply));
    if (reply.answer) this.card.append(this.#opinion(reply.id, opinion));
  }

  /** The words and the sources, to be read aloud once. */
  get spoken() {
    const parts = [this.body, ...this.card.querySelectorAll(".sources button")];
    return parts.map((one) => one.innerText).join(". ").replace(/\s+/g, " ");
  }

  #sentence({ text, starts }, cited = []) {
    this.progress.hidden = true;
    if (!this.#prose) {
      this.#prose = new Prose(make("div", { className: "answer" }));
      this.body.append(this.#prose.root);
    }
    this.#said.push({ place: this.#prose.say(text, starts), cited: [...cited] });
  }

  #message(text, choices = []) {
    if (!text.trim()) return;
    this.progress.hidden = true;
    const told = make("div", { className: "message" });
    for (const line of text.split("\n").filter((one) => one.trim())) {
      const title = line.replace(LISTED, "");
      const choice = choices.find((one) => one.title === title);
      const near = this.#near.find((one) => one.title === title);
      if (line === title || !(choice || near)) {
        told.append(make("p", {}, typeset(line)));
        continue;
      }
      if (!told.lastChild?.matches("ul")) told.append(make("ul", { className: "choices" }));
      const act = choice ? () => this.ask(title) : () => openArticle(near.article_id, title);
      told.lastChild.append(make("li", {}, button([near && icon("article"), make("span", {}, typeset(title))], act)));
    }
    this.body.append(told);
  }

  /** The articles cited, each once with all its quotes; where there are several, sentences get a number. */
  #sources() {
    const found = new Map();
    for (const one of this.#said.flatMap(({ cited }) => cited)) {
      if (!found.has(one.article_id)) found.set(one.article_id, { ...one, number: found.size + 1, quotes: [] });
      found.get(one.article_id).quotes.push([one.start, one.end]);
    }
    if (found.size > 1) this.#number(found);
    return [...found.values()];
  }

  /** Puts the number of its source behind each run of sentences that have the same one. */
  #number(found) {
    const same = (one, next) => next?.cited.length && [...one.cited, ...next.cited].every((each, _, [{ article_id: id }]) => each.article_id === id);
    let quotes = [];
    this.#said.forEach((one, at) => {
      quotes.push(...one.cited);
      if (same(one, this.#said[at + 1])) return;
      for (const id of new Set(quotes.map((each) => each.article_id))) {
        const { number, title } = found.get(id);
        const spans = quotes.filter((each) => each.article_id === id).map(({ start, end }) => [start, end]);
        const label = words().sourceNumber(number, title);
        one.place.append(" ", button([number], () => openArticle(id, title, spans), { className: "number", ariaLabel: label }));
      }
      quotes = [];
    });
  }

  #source({ article_id: id, title, quotes, validated_by: who, valid_until: until, language, number }) {
    const name = make("b", { lang: known(language) }, typeset(title || id));
    const proof = make("span", { className: "small" }, words().validated(who, "", day(until)));
    const parts = [icon("check"), make("span", {}, name, proof)];
    return button(parts, () => openArticle(id, title || id, quotes), { ariaHasPopup: "dialog", value: number });
  }

  #bridge({ handoff, contact }) {
    const now = handoff.when === "now";
    const open = button([icon("person"), words().person], openBridge, { className: now ? "strong" : "", ariaHasPopup: "dialog" });
    const ways = make("div", { className: "ways" }, open, ...(now ? waysOf(contact) : []));
    return make("div", {}, now && make("p", {}, typeset(contact.said)), ways);
  }

  #opinion(id, opinion) {
    const w = words();
    const rest = make("div");
    const choose = (useful) => {
      for (const one of both) one.ariaPressed = String((one === both[0]) === useful);
      this.keep(useful);
      sendFeedback({ reply: id, useful }).then(() => announce(w.thanks), () => announce(w.broken));
      rest.replaceChildren(this.#comment(id, useful, rest));
    };
    const both = [["up", w.yes, true], ["down", w.no, false]].map(([drawn, label, useful]) =>
      button([icon(drawn), label], () => choose(useful), { ariaPressed: String(opinion === useful) }),
    );
    const group = make("div", { className: "opinion", role: "group", ariaLabel: w.useful }, make("p", { className: "small" }, w.useful), ...both);
    return make("div", { className: "after" }, group, rest);
  }

  #comment(id, useful, rest) {
    const w = words();
    const box = make("textarea", { rows: 2, maxLength: 1000, id: `why-${id}` });
    const trouble = make("p", { className: "trouble", role: "alert" });
    const submit = async (event) => {
      event.preventDefault();
      try {
        if (box.value.trim()) await sendFeedback({ reply: id, useful, comment: box.value.trim() });
        rest.replaceChildren(make("p", { className: "small", tabIndex: -1 }, w.thanks));
        rest.firstChild.focus();
      } catch {
        trouble.textContent = w.lost;
      }
    };
    const person = useful ? null : button([icon("person"), w.person], openBridge, { ariaHasPopup: "dialog" });
    return make("form", { onsubmit: submit }, make("label", { htmlFor: box.id, className: "small" }, useful ? w.wellDone : w.why), box,
      trouble, make("div", { className: "ways" }, make("button", {}, w.sendComment), person));
  }
}
