// One phone: a chat as its holder sees it.

import { Refused, act, look } from "./api.js";
import { bubble, make } from "./bubble.js";
import { Composer } from "./composer.js";
import { dress } from "./dress.js";
import { Notices } from "./notices.js";
import { dayOf, keyOfDay, words } from "./words.js";

const WAIT_FOR_ANSWER = 12;
const NEAR_END = 90;

export class Phone {
  constructor(template, chatId, world) {
    this.world = world;
    this.node = template.content.firstElementChild.cloneNode(true);
    const find = (selector) => this.node.querySelector(selector);
    this.log = find(".log");
    this.select = find(".chat-select");
    this.holderSelect = find(".holder-select");
    this.toEnd = find(".to-end");
    this.composer = new Composer(find(".composer"), (text, replyTo) => this.say(text, replyTo));
    this.select.addEventListener("change", () => this.open(Number(this.select.value)));
    this.holderSelect.addEventListener("change", () => this.take(Number(this.holderSelect.value)));
    this.toEnd.addEventListener("click", () => this.scrollToEnd());
    this.log.addEventListener("scroll", () => this.isAtEnd() && this.seen());
    find(".instead-key").addEventListener("click", () => this.try(() => act(this.person?.blocked ? "unblock" : "start", { user: this.holder })));
    this.notices = new Notices(this.node, this.log);
    this.open(chatId);
  }

  get chat() { return this.world.chats.get(this.chatId); }
  get person() { return this.world.people.get(this.holder); }

  open(chatId) {
    this.chatId = chatId;
    this.holder = this.defaultHolder();
    this.restart();
  }

  take(person) {
    this.holder = person;
    this.restart();
  }

  restart() {
    this.messages = new Map();
    this.shown = new Map();
    this.unseen = 0;
    this.isFresh = true;
    this.log.replaceChildren();
    this.composer.reply(null);
    this.dress();
    this.refresh();
  }

  dress() {
    dress(this);
    this.composer.onBlock = this.chat.kind === "private" ? () => this.try(() => act("block", { user: this.holder })) : null;
  }

  defaultHolder() {
    if (this.chat.kind === "private") return this.chatId;
    const present = this.peopleHere();
    return this.chat.kind === "channel" ? null : (present.find((each) => each.id === 101) ?? present[0])?.id ?? null;
  }

  peopleHere() {
    const here = this.chat.members.filter((each) => !["left", "kicked"].includes(each.standing));
    return here.map((each) => this.world.people.get(each.user)).filter(Boolean);
  }

  async refresh() {
    if (this.isReading) { this.isStale = true; return; }
    this.isReading = true;
    const asked = this.chatId;
    try {
      const { messages } = await look(`chat/${asked}`);
      if (asked === this.chatId) this.show(messages);
      else this.isStale = true;
    } catch {
      // The stream tells when the server is back; then everything is read again.
    } finally {
      this.isReading = false;
      if (this.isStale) { this.isStale = false; this.refresh(); }
    }
  }

  show(messages) {
    const stay = this.isFresh || this.isAtEnd();
    this.messages = new Map(messages.map((each) => [each.id, each]));
    for (const [id, entry] of this.shown) if (!this.messages.has(id)) { entry.node.remove(); this.shown.delete(id); }
    for (const message of messages) this.place(message);
    this.markDays();
    this.node.querySelector(".empty").hidden = messages.length > 0;
    this.followPrompt(messages.at(-1));
    if (stay) this.scrollToEnd();
    this.isFresh = false;
    this.toEnd.hidden = this.unseen === 0 || this.isAtEnd();
    this.toEnd.querySelector(".to-end-count").textContent = words.newMessages(this.unseen);
  }

  place(message) {
    const signature = JSON.stringify(message);
    const known = this.shown.get(message.id);
    if (known?.signature === signature) return;
    const node = bubble(message, this.parts(message));
    if (known) {
      const hadFocus = known.node.contains(document.activeElement);
      known.node.replaceWith(node);
      node.classList.add("is-changed");
      if (hadFocus) node.querySelector(".inline-key, .reply-key")?.focus({ preventScroll: true });
    } else {
      this.log.append(node);
      if (!this.isFresh) { this.unseen += 1; node.classList.add("is-new"); }
    }
    this.shown.set(message.id, { node, signature, date: message.date });
  }

  parts() {
    return {
      holder: this.holder,
      isGroup: this.chat.kind.endsWith("group"),
      titleOf: (message) => message.sender?.name ?? this.chat.title,
      message: (id) => this.messages.get(id),
      onPress: (message, button, key) => this.press(message, button, key),
      onReply: this.chat.kind === "channel" ? null : (message) => this.answer(message),
      onCommand: (text) => this.composer.write(text),
      onCopy: (text) => navigator.clipboard?.writeText(text).then(() => this.notices.toast(words.copied)),
    };
  }

  markDays() {
    this.log.querySelectorAll(".day").forEach((each) => each.remove());
    let last = "";
    for (const { node, date } of this.shown.values()) {
      const instant = new Date(date);
      if (keyOfDay(instant) !== last) {
        last = keyOfDay(instant);
        const mark = make("div", "day");
        mark.setAttribute("aria-hidden", "true");
        mark.append(make("span", "", last === keyOfDay(this.world.now()) ? words.today : dayOf(instant)));
        node.before(mark);
      }
    }
  }

  followPrompt(last) {
    if (!last || last.id === this.prompted || last.prompt?.kind !== "force_reply" || this.chat.kind !== "private") return;
    this.prompted = last.id;
    this.answer(last, false);
  }

  answer(message, takeFocus = true) {
    if (this.composer.form.hidden) return;
    this.composer.reply(message, message.sender?.name ?? this.chat.title);
    if (takeFocus) this.composer.input.focus();
  }

  async press(message, button, key) {
    if (key.ariaBusy === "true") return;
    key.ariaBusy = "true";
    const user = this.holder ?? this.world.people.keys().next().value;
    try {
      const body = { chat: this.chatId, user, message: message.id, data: button.callback_data, wait: WAIT_FOR_ANSWER };
      const answer = await act("press", body);
      if (!answer.answered) this.notices.toast(words.unanswered);
      else if (answer.alert) this.notices.alert(answer.text, key);
      else if (answer.text) this.notices.toast(answer.text);
    } catch (error) {
      this.notices.toast(error instanceof Refused ? error.message : words.offline);
    } finally {
      key.ariaBusy = "false";
    }
  }

  async say(text, replyTo) {
    await this.try(() => act("say", { chat: this.chatId, user: this.holder, text, reply_to: replyTo }), true);
    this.scrollToEnd();
  }

  async try(deed, rethrow = false) {
    try {
      await deed();
    } catch (error) {
      this.notices.toast(error instanceof Refused ? error.message : words.offline);
      if (rethrow) throw error;
    }
  }

  isAtEnd() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END; }

  scrollToEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.seen();
  }

  seen() {
    this.unseen = 0;
    this.toEnd.hidden = true;
  }
}
