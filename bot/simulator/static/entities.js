// Text and entities → DOM. Offsets count UTF-16 units, as JavaScript strings do. User text is only ever set as text.

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

const BLOCKS = ["PRE", "BLOCKQUOTE"];

export const isSafeLink = (url) => /^https?:\/\//i.test(url);

function spoiler() {
  const cover = document.createElement("button");
  cover.type = "button";
  cover.className = "spoiler";
  cover.setAttribute("aria-expanded", "false");
  cover.addEventListener("click", (event) => {
    event.stopPropagation();
    cover.classList.add("is-open");
    cover.setAttribute("aria-expanded", "true");
  });
  return cover;
}

function link(url) {
  if (!isSafeLink(url)) return document.createElement("span");
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

function command(text, onCommand) {
  const key = document.createElement("button");
  key.type = "button";
  key.className = "command";
  key.addEventListener("click", (event) => {
    event.stopPropagation();
    onCommand(text);
  });
  return key;
}

function wrapper(entity, text, onCommand) {
  switch (entity.type) {
    case "spoiler":
      return spoiler();
    case "text_link":
      return link(entity.url);
    case "url":
      return link(text);
    case "bot_command":
      return command(text, onCommand);
    case "mention":
    case "hashtag":
    case "text_mention": {
      const mark = document.createElement("span");
      mark.className = "mention";
      return mark;
    }
    default:
      return document.createElement(TAGS[entity.type] || "span");
  }
}

// A fragment of the text with its formats nested inside each other.
export function rendered(text, entities, onCommand = () => {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const root = document.createDocumentFragment();
  const open = [{ node: root, end: text.length }];
  let at = 0;
  const writeTo = (end) => {
    while (open.length > 1 && open.at(-1).end <= end) {
      const { node, end: stop } = open.pop();
      if (stop > at) node.append(text.slice(at, stop));
      at = Math.max(at, stop);
      // A quote or a code block ends its line by itself, as on Telegram's phones.
      if (BLOCKS.includes(node.tagName) && text[at] === "\n" && at < end) at += 1;
    }
    if (end > at) open.at(-1).node.append(text.slice(at, end));
    at = Math.max(at, end);
  };
  for (const entity of sorted) {
    writeTo(entity.offset);
    const end = Math.min(entity.offset + entity.length, open.at(-1).end);
    if (end <= entity.offset) continue;
    const node = wrapper(entity, text.slice(entity.offset, end), onCommand);
    open.at(-1).node.append(node);
    open.push({ node, end });
  }
  writeTo(text.length);
  return root;
}
