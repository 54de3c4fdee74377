// A dialog that knows where the focus came from: beside a wide page, over a narrow one.

const wide = matchMedia("(min-width: 64rem)");
const focus = (one) => one.focus({ preventScroll: true });

/** A <dialog>; one that is `beside` blocks nothing where there is room for it. */
export class Panel {
  #from = null;

  constructor(dialog, { beside = false } = {}) {
    this.dialog = dialog;
    this.beside = beside;
    dialog.addEventListener("close", () => dialog.open || this.#leave()); // late: it may be open again
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target.closest("[data-close]")) this.close(); // the dialog itself is its backdrop
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog:modal")) this.close(); // which closes first
    });
    wide.addEventListener("change", () => {
      if (!beside || !dialog.open) return;
      dialog.close(); // to open the other way
      this.#show();
    });
  }

  /** Opens it and puts the focus on `first`; it goes back to where it was when the panel is closed. */
  open(first) {
    if (!this.dialog.contains(document.activeElement)) this.#from = document.activeElement;
    if (!this.dialog.open) this.#show();
    focus(first);
  }

  close() {
    const at = document.activeElement;
    const away = !this.dialog.contains(at);
    this.dialog.close();
    this.#leave(); // now: the event comes late
    if (away) focus(at); // who has moved on stays there
  }

  #show() {
    const beside = this.beside && wide.matches;
    if (this.beside) document.documentElement.toggleAttribute("data-beside", beside);
    if (beside) this.dialog.show();
    else this.dialog.showModal();
  }

  #leave() {
    if (!this.#from) return;
    if (this.beside) document.documentElement.removeAttribute("data-beside");
    focus(this.#from.isConnected ? this.#from : document.getElementById("question"));
    this.#from = null;
  }
}
