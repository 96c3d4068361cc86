// The page: reads the world, lays out four phones, keeps them up to date.

import { act, listen, look } from "./api.js";
import { Phone } from "./phone.js";
import { dayOf, timeOf, words } from "./words.js";

const SHOWN = 4;
const PREFERRED = [102, 103];

const world = {
  bot: null,
  people: new Map(),
  chats: new Map(),
  commands: [],
  ahead: 0,
  frozenAt: null,
  now() { return new Date(this.frozenAt ?? Date.now() + this.ahead); },
};
const phones = [];

function setClock(clock) {
  const instant = Date.parse(clock.now);
  world.ahead = instant - Date.now();
  world.frozenAt = clock.frozen ? instant : null;
  tick();
}

async function readWorld() {
  const state = await look("state");
  world.bot = state.bot;
  world.people = new Map(state.people.map((person) => [person.id, person]));
  world.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
  world.commands = [...new Map(state.commands.flatMap((set) => set.commands)).entries()];
  setClock(state.clock);
}

function firstChats() {
  const chats = [...world.chats.values()];
  const group = chats.find((chat) => chat.kind.endsWith("group") && !chat.migrated_to);
  const channel = chats.find((chat) => chat.kind === "channel");
  const people = [...PREFERRED.filter((id) => world.chats.has(id)), ...chats.filter((chat) => chat.kind === "private").map((chat) => chat.id)];
  const privates = [...new Set(people)].slice(0, SHOWN - (group ? 1 : 0) - (channel ? 1 : 0));
  return [...(group ? [group.id] : []), ...privates, ...(channel ? [channel.id] : [])];
}

function tick() {
  const now = world.now();
  document.getElementById("clock-time").textContent = timeOf(now);
  document.getElementById("clock-date").textContent = dayOf(now);
  document.querySelectorAll(".status-time").forEach((each) => { each.textContent = timeOf(now); });
}

async function changed({ chats, everything }) {
  if (everything || chats.some((id) => !world.chats.has(id) || world.chats.get(id).kind !== "private")) {
    await readWorld();
    phones.forEach((phone) => phone.dress());
  }
  const touched = new Set(chats);
  phones.filter((phone) => touched.has(phone.chatId)).forEach((phone) => phone.refresh());
}

function linked(isUp) {
  const link = document.getElementById("link");
  const state = isUp ? "up" : "down";
  if (link.dataset.state === state) return;
  link.dataset.state = state;
  link.textContent = isUp ? words.connected : words.disconnected;
  if (isUp) readWorld().then(() => phones.forEach((phone) => { phone.dress(); phone.refresh(); })).catch(() => {});
}

async function begin() {
  await readWorld();
  const template = document.getElementById("phone-template");
  for (const chatId of firstChats()) {
    const phone = new Phone(template, chatId, world);
    phones.push(phone);
    document.getElementById("phones").append(phone.node);
  }
  document.querySelectorAll("[data-advance]").forEach((key) =>
    key.addEventListener("click", async () => setClock(await act("clock", { advance: Number(key.dataset.advance) }))),
  );
  setInterval(tick, 1000);
  tick();
  listen((change) => changed(change).catch(() => {}), linked);
}

begin().catch(() => linked(false));
