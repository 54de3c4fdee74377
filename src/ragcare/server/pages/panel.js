// A dialog that knows where the focus came from: beside the page on a wide screen, over it on a narrow one.

const wide = matchMedia("(min-width: 64rem)");

/** A <dialog>; one that is `beside` blocks nothing where there is room for it. */
export class Panel {
  #from = null;

  constructor(dialog, { beside = false } = {}) {
    this.dialog = dialog;
    this.beside = beside;
    dialog.addEventListener("close", () => dialog.open || this.#leave()); // by the browser itself; an event late enough to find it open anew
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target.closest("[data-close]")) this.close(); // the dialog itself is its backdrop
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !dialog.matches(":modal")) this.close();
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
    this.dialog.close();
    this.#leave(); // now: by the time of the event, the reader may have gone elsewhere
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
