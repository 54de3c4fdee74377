// What the page says by itself, French and English side by side.

const FRENCH = {
  title: "Centre d’aide",
  skip: "Aller à la question",
  person: "Parler à un conseiller",
  anew: "Nouvelle conversation",
  welcome: "Comment pouvons\u2011nous vous aider\u00a0?",
  promise: "Chaque réponse vient d’un article validé, que vous pouvez relire. Si nous ne savons pas, nous le disons.",
  starters: "On nous demande souvent",
  conversation: "Conversation",
  question: "Votre question",
  care: "N’écrivez ni mot de passe, ni code secret, ni numéro de carte.",
  send: "Envoyer la question",
  stop: "Arrêter",
  stopped: "Vous avez arrêté la recherche.",
  found: "Articles proposés",
  foundCount: (n) => (n === 1 ? "1 article proposé" : `${n} articles proposés`) + ". Flèche bas pour y aller.",
  you: "Vous",
  us: "Réponse",
  searching: "Je cherche dans les articles validés…",
  stillSearching: "C’est un peu plus long que d’habitude…",
  validated: (who, on, until) => `Validé par ${who}${on ? ` le ${on}` : ""}${until ? `, valable jusqu’au ${until}` : ""}`,
  elsewhere: "Ouvrir la page d’origine (nouvel onglet)",
  close: "Fermer",
  opening: "J’ouvre l’article…",
  useful: "Cette réponse vous a-t-elle aidé\u00a0?",
  yes: "Utile",
  no: "Pas utile",
  why: "Que manquait-il\u00a0? (facultatif)",
  sendIt: "Envoyer",
  thanks: "Merci, votre avis est transmis.",
  retry: "Réessayer",
  lost: "La connexion a été perdue. Vérifiez votre réseau, puis réessayez.",
  busy: (seconds) => `Beaucoup de demandes en ce moment. Réessayez dans ${seconds} secondes.`,
  tooLong: "Ce message est trop long. Raccourcissez-le, puis renvoyez-le.",
  closed: "Vous n’avez pas accès à ce service.",
  gone: "Ce n’est pas ou plus disponible.",
  broken: "Le service ne répond pas comme il devrait. Réessayez, ou parlez à un conseiller.",
  bridgeTold: "Vous n’aurez rien à répéter\u00a0: le conseiller reçoit votre conversation.",
  bridgeAdded: "Un conseiller a déjà votre conversation. Dites-lui où vous répondre.",
  bridgeFirst: "Dites en quelques mots ce qu’il vous faut.",
  addWays: "Dire où me répondre",
  message: "Votre message",
  messageMore: "Quelque chose à ajouter\u00a0? (facultatif)",
  reach: "Où vous répondre\u00a0? (facultatif)",
  name: "Nom",
  email: "E-mail",
  phone: "Téléphone",
  transfer: "Transmettre à un conseiller",
  transferred: "Votre demande est transmise",
  reference: "Votre référence\u00a0:",
  ways: { tel: "Appeler le", mailto: "Écrire à", person: "Nous contacter", callback: "Être rappelé", form: "Remplir le formulaire", article: "Lire en attendant" },
};

const ENGLISH = {
  title: "Help centre",
  skip: "Go to the question",
  person: "Talk to an adviser",
  anew: "New conversation",
  welcome: "How can we help you?",
  promise: "Every answer comes from a validated article that you can read. When we do not know, we say so.",
  starters: "Often asked",
  conversation: "Conversation",
  question: "Your question",
  care: "Please write no password, secret code or card number.",
  send: "Send the question",
  stop: "Stop",
  stopped: "You stopped the search.",
  found: "Suggested articles",
  foundCount: (n) => `${n} suggested article${n === 1 ? "" : "s"}. Arrow down to reach them.`,
  you: "You",
  us: "Answer",
  searching: "Searching the validated articles…",
  stillSearching: "This takes a little longer than usual…",
  validated: (who, on, until) => `Validated by ${who}${on ? ` on ${on}` : ""}${until ? `, valid until ${until}` : ""}`,
  elsewhere: "Open the original page (new tab)",
  close: "Close",
  opening: "Opening the article…",
  useful: "Did this answer help you?",
  yes: "Useful",
  no: "Not useful",
  why: "What was missing? (optional)",
  sendIt: "Send",
  thanks: "Thank you, your opinion has been passed on.",
  retry: "Try again",
  lost: "The connection was lost. Check your network, then try again.",
  busy: (seconds) => `Many requests at the moment. Try again in ${seconds} seconds.`,
  tooLong: "This message is too long. Shorten it, then send it again.",
  closed: "You have no access to this service.",
  gone: "This is not, or no longer, available.",
  broken: "The service does not answer as it should. Try again, or talk to an adviser.",
  bridgeTold: "You will not have to repeat anything: the adviser receives your conversation.",
  bridgeAdded: "An adviser already has your conversation. Say where to answer you.",
  bridgeFirst: "Say in a few words what you need.",
  addWays: "Say where to answer me",
  message: "Your message",
  messageMore: "Anything to add? (optional)",
  reach: "Where can we answer you? (optional)",
  name: "Name",
  email: "E-mail",
  phone: "Phone",
  transfer: "Pass it on to an adviser",
  transferred: "Your request has been passed on",
  reference: "Your reference:",
  ways: { tel: "Call", mailto: "Write to", person: "Contact us", callback: "Be called back", form: "Fill in the form", article: "Read meanwhile" },
};

const WORDS = { fr: FRENCH, en: ENGLISH };

export const LANGUAGES = Object.keys(WORDS);

/** The words of the language that the page is in. */
export const words = () => WORDS[document.documentElement.lang] ?? ENGLISH;

/** The language to say of a text: its own, or that of the page where its own could not be told. */
export const known = (language) => (language && language !== "und" ? language : document.documentElement.lang);

/** An ISO day, as it is written in the language of the page; nothing for nothing. */
export function day(iso) {
  if (!iso) return "";
  const language = document.documentElement.lang;
  const told = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeZone: "UTC" });
  return told.format(new Date(iso)).replace(/^1 (?=\D)/, language === "fr" ? "1er " : "1 ");
}

/** What to do about a request that failed. */
export function explain({ status, wait }) {
  const w = words();
  if (status === 0) return w.lost;
  if (wait) return w.busy(wait);
  return { 401: w.closed, 403: w.closed, 404: w.gone, 413: w.tooLong, 422: w.tooLong }[status] ?? w.broken;
}

/** Puts the words into every element that names one, after a change of language. */
export function sayAll() {
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = words()[one.dataset.say];
  for (const one of document.querySelectorAll("[data-label]")) one.ariaLabel = words()[one.dataset.label];
}
