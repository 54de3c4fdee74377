// A dialog that knows where the focus came from: beside the page on a wide screen, over it on a narrow one.

const wide = matchMedia("(min-width: 64rem)");

/** A <dialog>; one that is `beside` blocks nothing where there is room for it. */
export class Panel {
  #from = null;

  constructor(dialog, { beside = false } = {}) {
    this.dialog = dialog;
    this.beside = beside;
    dialog.addEventListener("close", () => dialog.open || this.#leave()); // closed by the browser; the event comes late, and may find it open again
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target.closest("[data-close]")) this.close(); // the dialog itself is its backdrop
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog:modal")) this.close(); // a modal one is closed by the browser, and first
    });
    wide.addEventListener("change", () => {
      if (!beside || !dialog.open) return;
      dialog.close(); // to open again the other way
      this.#show();
    });
  }

  /** Opens it and puts the focus on `first`; it goes back to where it was when the panel is closed. */
  open(first) {
    if (!this.dialog.contains(document.activeElement)) this.#from = document.activeElement;
    if (!this.dialog.open) this.#show();
    first.focus({ preventScroll: true });
  }

  close() {
    const at = document.activeElement;
    const elsewhere = this.dialog.open && at !== document.body && !this.dialog.contains(at);
    this.dialog.close();
    this.#leave(); // at once: when the event comes, the reader may have moved on
    if (elsewhere) at.focus({ preventScroll: true }); // the focus was outside the panel already: it stays there
  }

  #show() {
    const beside = this.beside && wide.matches;
    if (this.beside) document.documentElement.toggleAttribute("data-beside", beside);
    if (beside) this.dialog.show();
    else this.dialog.showModal();
  }

  #leave() {
    if (!this.#from) return;
    const back = this.#from.isConnected ? this.#from : document.getElementById("question");
    this.#from = null;
    if (this.beside) document.documentElement.removeAttribute("data-beside");
    back.focus({ preventScroll: true });
  }
}
