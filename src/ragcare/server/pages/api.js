// Talking to the server: JSON, and the events of a reply as they come.

/** Why a request failed; `status` is 0 where nothing came back. */
export class Failure extends Error {
  constructor(status, problem = {}, wait = "") {
    super(problem.title);
    Object.assign(this, { status, problem, wait });
  }
}

async function request(path, { method = "GET", body, accept = "application/json", headers = {}, signal } = {}) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method,
      signal,
      headers: { Accept: accept, ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
      body: body && JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(0);
  }
  if (response.ok) return response;
  throw new Failure(response.status, await response.json().catch(() => ({})), response.headers.get("Retry-After"));
}

const json = async (path, options) => {
  const response = await request(path, options);
  return response.status === 204 ? null : response.json();
};

/** What to do instead where the server has forgotten the session. */
const again = (instead) => (failure) => {
  const other = failure.status === 404 && instead();
  if (!other) throw failure;
  return other;
};

export const config = (language) => json(`v1/config?lang=${language}`);

export const suggest = (text, k, signal) => json(`v1/suggest?${new URLSearchParams({ q: text, k })}`, { signal });

/** An article; `quotes` are spans [start, end] to be marked in its HTML, twenty at most. */
export const readArticle = (id, quotes) => {
  const spans = new URLSearchParams(quotes.slice(0, 20).map(([start, end]) => ["quote", `${start}-${end}`]));
  return json(`v1/articles/${encodeURIComponent(id)}?${spans}`);
};

export const sendFeedback = (body) => json("v1/feedback", { method: "POST", body });

export const handOver = (body, key) => {
  const send = (what) => json("v1/handoff", { method: "POST", body: what, headers: { "Idempotency-Key": key } });
  return send(body).catch(again(() => body.message && send({ ...body, session: undefined })));
};

export const forget = (session) => json(`v1/sessions/${encodeURIComponent(session)}`, { method: "DELETE" });

/** Sends a message and yields the {event, data} of the reply as they come. */
export async function* chat(message, session, signal) {
  const send = (body) => request("v1/chat", { method: "POST", body, accept: "text/event-stream", signal });
  const response = await send({ message, session }).catch(again(() => session && send({ message })));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : new Failure(0);
    });
    if (done) return;
    const blocks = (held + value).split(/\r?\n\r?\n/);
    held = blocks.pop();
    for (const block of blocks) {
      const told = event(block);
      if (told) yield told;
    }
  }
}

/** One event; null for a comment, which is a sign of life. */
function event(block) {
  let name = "message";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  return data.length ? { event: name, data: JSON.parse(data.join("\n")) } : null;
}
