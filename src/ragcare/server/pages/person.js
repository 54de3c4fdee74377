// The bridge to a person: what will happen, where to answer, and a reference to hold on to.

import { handOver } from "./api.js";
import { announce, button, make, safeAddress } from "./elements.js";
import { memory, remember } from "./memory.js";
import { Panel } from "./panel.js";
import { typeset } from "./prose.js";
import { words } from "./words.js";

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
  if (memory().handoff) confirm(memory().handoff);
  else ask();
  panel.open(title);
}

/** The other ways to a person that have an address, each a link. */
export function waysOf({ ways }) {
  return ways.filter(({ url }) => safeAddress(url)).map(({ kind, url }) => {
    const direct = /^(?:tel|mailto):([^?]*)/.exec(url);
    const label = [words().ways[kind] ?? kind, direct && decodeURIComponent(direct[1])].filter(Boolean).join(" ");
    return make("a", { href: safeAddress(url), className: "way", rel: "noopener noreferrer" }, label);
  });
}

function ask() {
  const w = words();
  const talked = memory().turns.length > 0;
  const field = (name, label, properties, kind = "input") => {
    const id = `bridge-${name}`;
    return make("div", {}, make("label", { htmlFor: id }, label), make(kind, { id, name, autocomplete: name, ...properties }));
  };
  const form = make("form", {},
    field("message", talked ? w.messageMore : w.message, { rows: 3, maxLength: 4000, required: !talked, autocomplete: "off" }, "textarea"),
    make("p", {}, make("b", {}, w.reach), " ", make("span", { className: "small" }, w.reachWhy)),
    field("email", w.email, { type: "email", maxLength: 200 }),
    field("phone", w.phone, { type: "tel", autocomplete: "tel", maxLength: 40 }),
    field("name", w.name, { maxLength: 120 }),
    make("p", { className: "trouble", role: "alert" }),
    make("button", { className: "strong" }, w.transfer),
  );
  const key = identifier(); // sent again, it is the same request
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pass(form, key);
  });
  page.replaceChildren(
    make("div", { className: "hours" }, make("p", {}, typeset(contact.said)), make("div", { className: "ways" }, ...waysOf(contact))),
    make("p", {}, talked ? w.bridgeTold : w.bridgeFirst),
    form,
  );
}

async function pass(form, key) {
  const [send, trouble] = [form.querySelector("button"), form.querySelector(".trouble")];
  const filled = [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
  const session = memory().session ?? undefined;
  send.disabled = true;
  trouble.textContent = "";
  try {
    const { id, said = "" } = await handOver({ ...Object.fromEntries(filled), session, language: document.documentElement.lang }, key);
    remember({ handoff: { id, said } });
    confirm(memory().handoff);
    title.focus();
    passed(memory().handoff);
  } catch ({ status, problem }) {
    trouble.textContent = status === 0 ? words().lost : (status === 422 && problem.detail) || words().broken;
    send.disabled = false;
  }
}

function confirm({ id, said }) {
  const w = words();
  title.textContent = w.transferred;
  page.replaceChildren(
    make("p", {}, `${w.reference} `, make("b", {}, id)),
    make("p", {}, typeset(said || contact.said)),
    make("p", { className: "small" }, w.keep),
    button([w.continueTalk], () => panel.close(), { className: "strong" }),
  );
  announce(`${w.transferred}. ${w.reference} ${id}. ${said}`);
}

/** A random identifier; `crypto.randomUUID` exists on secure origins only. */
const identifier = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
