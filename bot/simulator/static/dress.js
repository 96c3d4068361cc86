// Everything on a phone but its messages: names, selectors, what stands in place of the input.

import { colourOf, initialsOf, make } from "./bubble.js";
import { words } from "./words.js";

export function dress(phone) {
  const { chat, world, node, person } = phone;
  const find = (selector) => node.querySelector(selector);
  const isPrivate = chat.kind === "private";
  const isGroup = chat.kind.endsWith("group");
  node.dataset.kind = chat.kind;
  find(".phone-owner").textContent = owner(phone);
  find(".avatar").textContent = initialsOf(isPrivate ? world.bot.name : chat.title);
  find(".avatar").className = `avatar ${isPrivate ? "is-bot" : colourOf(chat.id)}`;
  find(".chat-sub").textContent = subtitle(phone);
  find(".empty").textContent = isPrivate
    ? words.noMessagesPrivate
    : isGroup ? words.noMessagesGroup : words.noMessagesChannel;
  find(".holder").hidden = !isGroup;
  fillChats(phone);
  fillHolders(phone);
  phone.composer.commands = world.commands;
  phone.composer.placeholder(words.writeTo, isGroup && person ? words.writeToAs(person.name) : words.writeTo);
  dressFoot(phone);
}

function owner({ chat, person }) {
  if (chat.kind === "private") return person.role || words.ownerOther;
  return chat.kind === "channel" ? words.ownerOfChannel : words.ownerOfGroup;
}

function subtitle({ chat, world }) {
  if (chat.kind === "private") return words.privateWith(world.bot.name);
  if (chat.kind === "channel") return chat.username ? `@${chat.username}` : words.channel;
  return words.members(chat.members.filter((each) => !["left", "kicked"].includes(each.standing)).length);
}

function dressFoot({ chat, person, holder, node, composer }) {
  const [instead, key, text] = [".instead", ".instead-key", ".instead-text"].map((each) => node.querySelector(each));
  const isBlocked = chat.kind === "private" && person.blocked;
  const isNew = chat.kind === "private" && !person.started;
  let reason = "";
  if (chat.kind === "channel") reason = words.channelReader;
  else if (chat.migrated_to) reason = words.migrated;
  else if (isBlocked) reason = words.blocked;
  else if (isNew) reason = words.notStarted;
  else if (holder === null) reason = words.outsider;
  key.hidden = !isBlocked && !isNew;
  key.textContent = isBlocked ? words.unblock : words.start;
  text.textContent = reason;
  instead.hidden = reason === "";
  composer.form.hidden = reason !== "";
}

function fillChats({ select, world, chatId }) {
  const group = (label, kinds) => {
    const box = make("optgroup");
    box.label = label;
    for (const chat of world.chats.values()) {
      if (!kinds.includes(chat.kind)) continue;
      const option = make("option", "", chat.title);
      option.value = chat.id;
      box.append(option);
    }
    return box;
  };
  select.replaceChildren(
    group(words.groups, ["group", "supergroup"]),
    group(words.people, ["private"]),
    group(words.channels, ["channel"]),
  );
  select.value = chatId;
}

function fillHolders(phone) {
  phone.holderSelect.replaceChildren(
    ...phone.peopleHere().map((person) => {
      const option = make("option", "", person.role ? `${person.name} – ${person.role}` : person.name);
      option.value = person.id;
      return option;
    }),
  );
  phone.holderSelect.value = phone.holder;
}
