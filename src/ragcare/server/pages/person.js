// The bridge to a person: what will happen, where to answer, a reference to keep.

import { handOver } from "./api.js";
import { announce, button, make, safeAddress } from "./elements.js";
import { memory } from "./memory.js";
import { Panel } from "./panel.js";
import { typeset } from "./prose.js";
import { explain, words } from "./words.js";

const page = document.getElementById("bridge-page");
const title = document.getElementById("bridge-title");
const panel = new Panel(document.getElementById("bridge"));
let contact = { said: "", ways: [] };
let passed = () => {};

/** Sets how a person is reached, and what to do once a conversation was passed on. */
export function setBridge(ways, onpassed) {
  contact = ways;
  passed = onpassed;
}

export function openBridge() {
  title.textContent = words().person;
  ask();
  panel.open(title);
}

/** The ways to a person that have an address, as links. */
export function waysOf({ ways }) {
  return ways.filter(({ url }) => safeAddress(url)).map(({ kind, url }) => {
    const [, scheme, direct] = /^(tel|mailto):([^?]*)/.exec(url) ?? [];
    const label = scheme ? `${words().ways[scheme]} ${decodeURIComponent(direct)}` : words().ways[kind] ?? kind;
    return make("a", { href: safeAddress(url), className: "way" }, label);
  });
}

function ask() {
  const w = words();
  const talked = memory().turns.length > 0;
  const field = (name, label, properties, kind = "input") =>
    make("label", {}, label, make(kind, { name, autocomplete: name, ...properties }));
  const form = make("form", {},
    field("message", talked ? w.messageMore : w.message, { rows: 3, maxLength: 4000, required: !talked, autocomplete: "off" }, "textarea"),
    make("b", {}, w.reach),
    field("email", w.email, { type: "email", maxLength: 200 }),
    field("phone", w.phone, { type: "tel", autocomplete: "tel", maxLength: 40, pattern: "[^\\p{L}]{5,40}", title: "06 12 34 56 78" }),
    field("name", w.name, { maxLength: 120 }),
    make("p", { className: "trouble", role: "alert" }),
    make("button", { className: "strong" }, w.transfer),
  );
  const key = crypto.getRandomValues(new Uint32Array(4)).join("-"); // sent again, it is the same request
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pass(form, key);
  });
  const ways = waysOf(contact);
  const hours = [contact.said && make("p", {}, typeset(contact.said)), ways.length && make("div", { className: "ways" }, ...ways)];
  page.replaceChildren(
    make("div", { className: "hours" }, ...hours),
    make("p", {}, memory().handoff ? w.bridgeAdded : talked ? w.bridgeTold : w.bridgeFirst),
    form,
  );
}

async function pass(form, key) {
  const [send, trouble] = [form.querySelector("button"), form.querySelector(".trouble")];
  const filled = [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
  send.disabled = true;
  trouble.textContent = "";
  try {
    const handoff = await handOver({ ...Object.fromEntries(filled), session: memory().session, language: document.documentElement.lang }, key);
    confirm(handoff);
    title.focus();
    passed(handoff);
  } catch (failure) {
    trouble.textContent = (failure.status === 422 && failure.problem.detail) || explain(failure);
    send.disabled = false;
  }
}

export const referenceOf = ({ reference }) => `${words().reference} ${reference}`;

function confirm(handoff) {
  const w = words();
  const said = handoff.said || contact.said;
  title.textContent = w.transferred;
  page.replaceChildren(make("div", { className: "hours" },
    make("p", {}, make("b", {}, referenceOf(handoff))),
    said && make("p", {}, typeset(said))),
    button([w.close], () => panel.close(), { className: "strong" }),
  );
  announce(`${w.transferred}. ${referenceOf(handoff)}. ${said}`);
}
