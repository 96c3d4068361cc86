// Talking with the control interface /_sim/…

export class Refused extends Error {}

async function read(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.reason || body.error || response.statusText);
  return body;
}

export const look = async (path) => read(await fetch(`/_sim/${path}`, { cache: "no-store" }));

export const act = async (verb, body) =>
  read(
    await fetch(`/_sim/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );

// Calls `onChange({chats, everything})` after each change and `onLink(bool)` when the stream opens or breaks.
export function listen(onChange, onLink) {
  const stream = new EventSource("/_sim/events");
  stream.onopen = () => onLink(true);
  stream.onerror = () => onLink(false);
  stream.onmessage = (event) => onChange(JSON.parse(event.data));
}
