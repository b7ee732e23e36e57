/** How large a question is set. Pure; the `prompt` macro of templates/_macros.html counts the same. */

/** A question longer than this is set a size smaller on a phone, so that the table keeps its weight. */
export const LONG_FROM = 120;

/** Class names for a question: "prompt", or "prompt prompt--long". */
export function promptClass(text) {
  return Array.from(text).length > LONG_FROM ? 'prompt prompt--long' : 'prompt';
}
