/** One polite voice for the whole page. Never assertive: nobody is interrupted in mid-sentence. */

let line = null;

function ensureLine() {
  if (line && line.isConnected) return line;
  line = document.createElement('p');
  line.className = 'sr';
  line.setAttribute('role', 'status');
  line.setAttribute('aria-live', 'polite');
  document.body.append(line);
  return line;
}

/** Says `text` to a screen reader when it is next quiet. The same text twice is said twice. */
export function announce(text) {
  const place = ensureLine();
  place.textContent = '';
  // A reader notices a change, not a repetition: leave the line empty for a moment.
  setTimeout(() => {
    place.textContent = text;
  }, 60);
}

/** Puts the empty line into the page, so that readers know it before the first sentence. */
export function prepareVoice() {
  ensureLine();
}
