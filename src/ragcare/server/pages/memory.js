// What this tab remembers of its conversation, until it is closed.

const KEY = "ragcare";
const nothing = () => ({ session: undefined, turns: [], handoff: undefined });

let kept = nothing();
try {
  kept = { ...kept, ...JSON.parse(sessionStorage.getItem(KEY)) };
} catch {
  // a frame on another site may be denied storage: it then lasts as long as the page
}

/** {session, turns: [{asked} | {events, reply, useful} | {passed}], handoff}: to be read; `remember` changes it. */
export const memory = () => kept;

export function remember(change) {
  kept = { ...kept, ...change };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {} // as above, or full
}

export const forgetAll = () => remember(nothing());
