// One reply in the conversation, made of the events of its stream, as they come or as they were kept.

import { sendFeedback } from "./api.js";
import { openArticle } from "./article.js";
import { announce, button, icon, make } from "./elements.js";
import { openBridge, referenceOf, waysOf } from "./person.js";
import { Prose, typeset } from "./prose.js";
import { day, explain, known, words } from "./words.js";

export const turn = (whose, name, ...children) =>
  make("li", { className: `turn ${whose}` }, name && make("h3", { className: "hush" }, name), ...children);

/** That the conversation went to a person. */
export const noted = (handoff) =>
  make("div", { className: "note" }, make("b", {}, words().transferred), make("p", {}, referenceOf(handoff)), handoff.said && typeset(handoff.said));

export class ReplyTurn {
  #prose = null;
  #said = []; // {place, cited: [citation]} of each
  #near = []; // articles that a refusal names

  /** `ask` sends a message in the customer's name; `keep` notes what is thought of it. */
  constructor(ask, keep) {
    this.ask = ask;
    this.keep = keep;
    this.body = make("div", { className: "prose" });
    this.progress = make("p", { className: "waiting" }, words().searching);
    this.card = make("div", { className: "card" }, this.progress, this.body);
    this.element = turn("ours", words().us, this.card);
    this.element.ariaBusy = "true";
  }

  /** Says how far it is. */
  tell(text) {
    this.progress.textContent = text;
  }

  /** Takes an event. */
  take(event, data) {
    if (event === "sources") this.#near = data.sources;
    if (event === "message") this.#message(data.text, data.choices);
    if (event === "sentence") this.#sentence(data.sentence, data.citations);
    if (event === "citation") this.#said.at(-1)?.cited.push(data.citation);
  }

  /** Adds what stands below: sources, the way to a person, an opinion. */
  finish(reply, opinion) {
    this.progress.remove();
    this.element.ariaBusy = null;
    for (const part of this.body.children) part.lang = known(part.className === "answer" ? reply.answer.language : reply.language);
    const sources = this.#sources();
    if (sources.length) this.card.append(make("ul", { className: "sources", ariaLabel: "Sources" }, ...sources));
    if (reply.handoff) this.card.append(this.#bridge(reply));
    if (reply.answer) this.card.append(this.#opinion(reply.id, opinion));
  }

  /** What is read aloud. */
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
      const title = line.replace(/^\s*(?:-|\d+\.)\s+/, ""); // of a list
      const choice = choices.find((one) => one.title === title);
      const near = this.#near.find((one) => one.title === title);
      if (line === title || !(choice || near)) {
        const heading = line.match(/^\*\*(.+)\*\*$/)?.[1];
        told.append(make("p", {}, heading ? make("b", {}, typeset(heading)) : typeset(line)));
        continue;
      }
      if (!told.lastChild?.matches("ul")) told.append(make("ul", { className: "choices" }));
      const act = choice ? () => this.ask(title) : () => openArticle(near.article_id, title);
      told.lastChild.append(make("li", {}, button([typeset(title)], act)));
    }
    this.body.append(told);
    this.#prose = null; // what follows stands below it
  }

  /** The articles cited, each once with all its quotes; of several, sentences get a number. */
  #sources() {
    const found = new Map();
    for (const one of this.#said.flatMap(({ cited }) => cited)) {
      const id = one.article_id;
      if (!found.has(id)) found.set(id, { ...one, number: found.size + 1, quotes: [], open: () => openArticle(id, one.title || id, found.get(id).quotes) });
      found.get(id).quotes.push([one.start, one.end]);
    }
    const numbered = found.size > 1;
    if (numbered) this.#said.forEach(({ place, cited }, at) => {
      for (const id of new Set(cited.map((one) => one.article_id))) {
        if (this.#said[at + 1]?.cited[0]?.article_id === id) continue; // a run has it once, at its end
        const { number, title, open } = found.get(id);
        place.append(" ", button([number], open, { className: "number", ariaLabel: `Source ${number}, ${title}` }));
      }
    });
    return [...found.values()].map(({ article_id: id, title, validated_by: who, valid_until: until, language, number, open }) => {
      const name = make("b", { lang: known(language) }, typeset(title || id));
      const proof = make("span", { className: "small" }, words().validated(who, "", day(until)));
      const card = [numbered ? make("b", {}, number) : icon("check"), make("span", {}, name, proof)];
      return make("li", {}, button(card, open, { ariaHasPopup: "dialog" }));
    });
  }

  #bridge({ handoff, contact }) {
    const now = handoff.when === "now";
    const open = button([icon("person"), handoff.id ? words().addWays : words().person], openBridge, { className: now ? "strong" : "", ariaHasPopup: "dialog" });
    const ways = make("div", { className: "ways" }, open, ...(now ? waysOf(contact) : []));
    return make("div", {}, handoff.id && noted(handoff), now && contact.said && make("p", {}, typeset(contact.said)), ways);
  }

  #opinion(id, opinion) {
    const w = words();
    const rest = make("div");
    const choose = (useful) => {
      for (const one of both) one.ariaPressed = String((one === both[0]) === useful);
      this.keep(useful);
      sendFeedback({ reply: id, useful }).then(() => announce(w.thanks), (failure) => announce(explain(failure)));
      rest.replaceChildren(useful ? make("p", { className: "small" }, w.thanks) : this.#comment(id, rest));
    };
    const both = [true, false].map((useful) =>
      button([icon("thumb"), useful ? w.yes : w.no], () => choose(useful), { ariaPressed: String(opinion === useful) }),
    );
    const asked = make("p", { className: "small" }, w.useful);
    return make("div", { className: "after" }, make("div", { className: "opinion", role: "group", ariaLabel: w.useful }, asked, ...both), rest);
  }

  #comment(id, rest) {
    const w = words();
    const box = make("textarea", { rows: 2, maxLength: 1000 });
    const trouble = make("p", { className: "trouble", role: "alert" });
    const submit = async (event) => {
      event.preventDefault();
      try {
        if (box.value.trim()) await sendFeedback({ reply: id, useful: false, comment: box.value.trim() });
        rest.replaceChildren(make("p", { className: "small", tabIndex: -1 }, w.thanks));
        rest.firstChild.focus();
      } catch (failure) {
        trouble.textContent = explain(failure);
      }
    };
    const person = button([icon("person"), w.person], openBridge, { ariaHasPopup: "dialog" });
    return make("form", { onsubmit: submit }, make("label", {}, w.why, box), trouble, make("div", { className: "ways" }, make("button", {}, w.sendIt), person));
  }
}
