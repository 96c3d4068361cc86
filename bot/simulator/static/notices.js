// What a phone says over its messages: a toast that passes, an alert that must be read.

const TOAST_FOR = 3500;

export class Notices {
  // `home` takes the focus when the button that raised an alert is gone.
  constructor(node, home) {
    this.home = home;
    this.box = node.querySelector(".toast");
    this.cover = node.querySelector(".alert-cover");
    this.ok = node.querySelector(".alert-ok");
    this.words = node.querySelector(".alert-text");
    this.ok.addEventListener("click", () => this.close());
    this.cover.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      // There is nothing else to reach while the alert stands.
      if (event.key === "Tab") event.preventDefault();
    });
  }

  toast(text) {
    this.box.textContent = text;
    this.box.classList.add("is-shown");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.box.classList.remove("is-shown");
      this.box.textContent = "";
    }, TOAST_FOR);
  }

  alert(text, raisedBy) {
    this.raisedBy = raisedBy;
    this.words.textContent = text;
    this.cover.hidden = false;
    this.ok.focus();
  }

  close() {
    this.cover.hidden = true;
    (this.raisedBy?.isConnected ? this.raisedBy : this.home).focus();
  }
}
