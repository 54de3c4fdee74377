// A source, open beside the answer: who validated it, until when, and the quoted words marked.

import { readArticle } from "./api.js";
import { button, icon, make, safeAddress } from "./elements.js";
import { Panel } from "./panel.js";
import { article as cleaned, link, typeset } from "./prose.js";
import { day, explain, known, words } from "./words.js";

const [source, title, proof, page] = ["source", "source-title", "source-proof", "source-page"].map((id) => document.getElementById(id));
const panel = new Panel(source, { beside: true });
let wanted = 0;

/** Opens an article, spans [start, end] of its text marked, the first brought into view. */
export async function openArticle(id, name, quotes = []) {
  const turn = ++wanted;
  title.textContent = typeset(name);
  proof.replaceChildren();
  page.replaceChildren(make("p", { className: "waiting" }, words().opening));
  panel.open(title);
  try {
    const found = await readArticle(id, quotes);
    if (turn === wanted) show(found);
  } catch (failure) {
    if (turn !== wanted) return;
    const again = button([words().retry], () => openArticle(id, name, quotes));
    page.replaceChildren(make("p", { className: "trouble", role: "alert" }, explain(failure)), again);
  }
}

export const closeArticle = () => panel.close();

function show(found) {
  title.lang = page.lang = known(found.language);
  if (found.title) title.textContent = typeset(found.title);
  proof.append(icon("check"), make("span", {}, words().validated(found.validated_by, day(found.validated_at), day(found.valid_until))));
  page.replaceChildren(...cleaned(found.html));
  if (safeAddress(found.url)) page.append(make("p", { lang: document.documentElement.lang }, link(found.url, words().elsewhere)));
  page.scrollTop = 0;
  const mark = page.querySelector("mark");
  const depth = mark ? mark.getBoundingClientRect().top - page.getBoundingClientRect().top : 0;
  if (depth > page.clientHeight / 2) page.scrollTop = depth - page.clientHeight / 4;
}
