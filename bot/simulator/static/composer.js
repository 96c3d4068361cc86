// The input of a phone: text, reply, commands; Enter sends, Shift+Enter breaks the line.

import { make, summaryOf } from "./bubble.js";
import { words } from "./words.js";

export class Composer {
  // `onSend(text, replyTo)` resolves when the message is out; it rejects to keep the text.
  constructor(form, onSend) {
    this.form = form;
    this.onSend = onSend;
    this.input = form.querySelector("textarea");
    this.replying = form.querySelector(".replying");
    this.menu = form.querySelector(".commands");
    this.slash = form.querySelector(".slash");
    this.replyTo = null;
    this.commands = [];
    this.onBlock = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
    });
    this.input.addEventListener("input", () => this.fit());
    form.querySelector(".replying-end").addEventListener("click", () => this.reply(null));
    this.slash.addEventListener("click", () => this.toggleMenu(this.menu.hidden));
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return undefined;
      if (this.menu.hidden) return this.reply(null);
      this.toggleMenu(false);
      this.slash.focus();
      return undefined;
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) this.toggleMenu(false);
    });
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const replyTo = this.replyTo;
    this.input.value = "";
    this.fit();
    try {
      await this.onSend(text, replyTo?.id ?? null);
      if (this.replyTo === replyTo) this.reply(null);
    } catch {
      this.input.value = text;
      this.fit();
    }
  }

  reply(message, author = "") {
    this.replyTo = message;
    this.replying.hidden = message === null;
    this.input.placeholder = message?.prompt?.placeholder || (message ? words.replyTo(author) : (this.usual ?? ""));
    if (message === null) return;
    this.replying.querySelector("strong").textContent = author;
    this.replying.querySelector("span").textContent = summaryOf(message);
  }

  placeholder(text, label = text) {
    this.usual = text;
    if (this.replyTo === null) this.input.placeholder = text;
    this.input.setAttribute("aria-label", label);
  }

  write(text) {
    this.input.value = text;
    this.fit();
    this.input.focus();
  }

  toggleMenu(isOpen) {
    this.slash.setAttribute("aria-expanded", String(isOpen));
    this.menu.hidden = !isOpen;
    if (!isOpen) return;
    this.menu.replaceChildren(...this.commands.map((each) => this.entry(each)));
    if (!this.commands.length) this.menu.append(make("p", "commands-none", words.noCommands));
    if (this.onBlock) this.menu.append(this.blockEntry());
    this.menu.querySelector("button")?.focus();
  }

  entry([name, description]) {
    const key = make("button", "commands-entry");
    key.type = "button";
    key.setAttribute("role", "menuitem");
    key.append(make("strong", "", `/${name}`), make("span", "", description));
    key.addEventListener("click", () => {
      this.toggleMenu(false);
      this.write(`/${name} `);
    });
    return key;
  }

  blockEntry() {
    const key = make("button", "commands-entry commands-block", words.block);
    key.type = "button";
    key.setAttribute("role", "menuitem");
    key.addEventListener("click", () => {
      this.toggleMenu(false);
      this.onBlock();
    });
    return key;
  }

  fit() {
    this.input.rows = Math.min(6, this.input.value.split("\n").length + Math.floor(this.input.value.length / 60));
  }
}
