// <script src="…/widget.js" data-lang="fr" data-colour="#0a5a66" data-position="left" data-title="Aide" async></script>
// A button and a frame in a shadow tree: the styles of the site stay out, and its policy is kept.
(() => {
  if (window.ragcare) return;
  const script = document.currentScript;
  const { lang, colour = "#0a5a66", position, title } = script.dataset;
  const language = (lang || document.documentElement.lang || navigator.language).slice(0, 2) === "fr" ? "fr" : "en";
  const [help, leave] = { fr: ["Aide", "Fermer l’aide"], en: ["Help", "Close the help"] }[language];
  const name = title || help;
  const accent = /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#0a5a66";
  const address = new URL("./", script.src);
  address.search = new URLSearchParams({ embed: 1, lang: language, accent });

  const side = position === "left" ? "left" : "right";
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; }
    button, iframe { position: fixed; z-index: 2147483000; ${side}: 1.25rem; bottom: 1.25rem; }
    button { min-height: 3.25rem; padding: 0 1.4rem; border: 1px solid transparent; border-radius: 2rem; cursor: pointer;
      background: ${accent}; color: #fff; color: color(from ${accent} xyz-d65 ${["0.9505", 1, "1.089"].map((most) => `clamp(0, (.179 - y) * 9999, ${most})`).join(" ")}); font: 600 1rem/1.2 system-ui, sans-serif; box-shadow: 0 4px 18px #0004; }
    button:focus-visible { outline: 3px solid ${accent}; outline-offset: 3px; }
    iframe { bottom: 5.25rem; width: 25rem; height: min(42rem, calc(100vh - 7rem)); border: 1px solid #8888; border-radius: 1.1rem; background: Canvas; box-shadow: 0 12px 48px #0005; }
    [hidden] { display: none; }
    @media (max-width: 30rem), (max-height: 26rem) { iframe { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; } }
  `);

  const host = document.createElement("ragcare-widget");
  const root = host.attachShadow({ mode: "open" });
  const launcher = document.createElement("button");
  const frame = document.createElement("iframe");
  root.adoptedStyleSheets = [style];
  launcher.type = "button";
  frame.title = name;
  frame.hidden = true;
  root.append(launcher, frame);

  function show(open) {
    if (open && !frame.src) frame.src = address.href; // nothing is loaded before it is wanted
    frame.hidden = !open;
    launcher.textContent = open ? leave : name;
    launcher.setAttribute("aria-expanded", String(open));
  }
  let loaded = false;
  const focusInside = () => {
    frame.focus();
    if (loaded) frame.contentWindow.postMessage("ragcare:focus", address.origin);
  };
  const open = () => {
    show(true);
    focusInside();
  };
  const close = () => {
    show(false);
    launcher.focus();
  };

  launcher.addEventListener("click", () => (frame.hidden ? open() : close()));
  frame.addEventListener("load", () => {
    loaded = Boolean(frame.src);
    if (!frame.hidden) focusInside();
  });
  root.addEventListener("keydown", (event) => event.key === "Escape" && !frame.hidden && close());
  window.addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && event.origin === address.origin && event.data === "ragcare:close") close();
  });
  show(false);
  const place = () => document.body.append(host);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
  Object.defineProperty(window, "ragcare", { value: { open, close } });
})();
