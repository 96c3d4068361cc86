// One message as a bubble.

import { isSafeLink, rendered } from "./entities.js";
import { timeOf, words } from "./words.js";

const COLOURS = 7;

export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export const colourOf = (id) => `tint-${Math.abs(id) % COLOURS}`;

export const initialsOf = (name) => {
  const parts = name.trim().split(/\s+/);
  return (parts.length > 1 ? parts.at(-2)[0] + parts.at(-1)[0] : name.slice(0, 2)).toUpperCase();
};

export const summaryOf = (message) =>
  message.text.replace(/\s+/g, " ").slice(0, 90) || (message.media ? words[message.media.kind] : "");

// `phone` gives: holder, isGroup, titleOf(message), message(id), onPress, onReply, onCommand, onCopy.
export function bubble(message, phone) {
  if (message.service) return service(message);
  const isOwn = message.sender !== null && message.sender.id === phone.holder;
  const item = make("article", `message ${isOwn ? "is-own" : "is-other"}`);
  const body = make("div", "bubble");
  const author = phone.titleOf(message);
  item.setAttribute("aria-label", `${author}, ${timeOf(new Date(message.date))}`);
  if (!isOwn && phone.isGroup) body.append(make("div", `author ${colourOf(message.sender?.id ?? 0)}`, author));
  if (message.forwarded_from) body.append(make("div", "forwarded", words.forwarded(message.forwarded_from)));
  if (message.reply_to !== null) body.append(quote(message.reply_to, phone));
  if (message.media) body.append(attachment(message.media));
  if (message.text) {
    const text = make("div", "text");
    text.append(rendered(message.text, message.entities, phone.onCommand));
    body.append(text);
  }
  body.append(foot(message));
  if (phone.onReply) {
    const key = make("button", "reply-key", words.reply);
    key.type = "button";
    key.setAttribute("aria-label", words.replyTo(author));
    key.addEventListener("click", (event) => {
      event.stopPropagation();
      phone.onReply(message);
    });
    body.append(key);
    body.addEventListener("click", (event) => {
      if (!event.target.closest("a, button") && !String(getSelection())) phone.onReply(message);
    });
  }
  item.append(body);
  if (message.buttons.length) item.append(keyboard(message, phone));
  return item;
}

function service(message) {
  const names = message.service.users.map((user) => user.name).join(", ");
  const say = words.service[message.service.event];
  const item = make("div", "service");
  item.append(make("span", "", say ? say(names) : message.service.event));
  return item;
}

function quote(id, phone) {
  const original = phone.message(id);
  const box = make("div", "quote");
  box.append(
    make("strong", "", original ? phone.titleOf(original) : ""),
    make("span", "", original ? summaryOf(original) : words.deletedReply),
  );
  return box;
}

function attachment(media) {
  if (media.kind === "photo") {
    const picture = make("img", "picture");
    picture.src = media.href;
    picture.alt = words.photo;
    picture.width = media.width;
    picture.height = media.height;
    return picture;
  }
  const link = make("a", "file");
  link.href = media.href;
  link.download = media.name;
  const type = (media.name.split(".").at(-1) || "").slice(0, 4);
  link.append(make("span", "file-mark", type), make("span", "file-name", media.name || words.document));
  link.append(make("span", "file-size", words.bytes(media.size)));
  return link;
}

function foot(message) {
  const line = make("div", "foot");
  if (message.protected) {
    const lock = make("span", "lock");
    lock.title = words.protectedMessage;
    line.append(lock);
  }
  if (message.edited) line.append(make("span", "edited", words.edited));
  const time = make("time", "", timeOf(new Date(message.date)));
  time.dateTime = message.date;
  line.append(time);
  return line;
}

function keyboard(message, phone) {
  const box = make("div", "keyboard");
  for (const row of message.buttons) {
    const line = make("div", "keyboard-row");
    for (const button of row) line.append(key(button, message, phone));
    box.append(line);
  }
  return box;
}

function key(button, message, phone) {
  const url = button.url || button.web_app || button.login_url;
  if (url && isSafeLink(url)) {
    const anchor = make("a", "inline-key is-link", button.text);
    anchor.href = url;
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
    return anchor;
  }
  const press = make("button", "inline-key", button.text);
  press.type = "button";
  if (button.style) press.dataset.style = button.style;
  if (button.copy_text !== undefined) press.addEventListener("click", () => phone.onCopy(button.copy_text));
  else press.addEventListener("click", () => phone.onPress(message, button, press));
  press.disabled = button.callback_data === undefined && button.copy_text === undefined;
  return press;
}
