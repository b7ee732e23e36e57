/** Enough of one's own line to know which one is meant. */
export const beginning = (text, most = 120) => (text.length > most ? `${text.slice(0, most).trimEnd()}…` : text);
