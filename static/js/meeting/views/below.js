/** Words by name that lie below the edge of the script: how many, and a press that leads there. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { capital, numberWord } from '../../lib/time.js';

const FADE_PX = 32; // the script fades out above its edge

/** Of these words ({top, bottom}), which lie below the edge, and whether the last one goes on there. Pure. */
export function belowEdge(words, edge) {
  const hidden = words.findIndex(({ top }) => top + FADE_PX > edge);
  if (hidden >= 0) return { first: hidden, many: words.length - hidden };
  const last = words.length - 1;
  return last >= 0 && words[last].bottom > edge ? { first: last, many: 0 } : null;
}

function look() {
  const script = document.querySelector('.script');
  const acts = document.querySelector('.desk__acts');
  if (!script || !acts) return null;
  const words = [...script.querySelectorAll('.said > li')];
  const edge = Math.min(script.getBoundingClientRect().bottom, acts.getBoundingClientRect().top);
  const below = belowEdge(words.map((one) => one.getBoundingClientRect()), edge);
  return below && { ...below, script, words };
}

export function SaidBelow({ said }) {
  const [many, setMany] = useState(null); // null: all of it is in sight
  const seen = useRef(null);
  const again = () => {
    setMany(look()?.many ?? null);
  };
  useEffect(again);
  useEffect(() => {
    addEventListener('scroll', again, { capture: true, passive: true });
    addEventListener('resize', again);
    return () => {
      removeEventListener('scroll', again, { capture: true });
      removeEventListener('resize', again);
    };
  }, []);
  useEffect(() => {
    // Whoever has gone down to the newest words stays with them; a script that is being read stays where it is.
    const below = look();
    if (seen.current === null && below?.script.scrollTop > 0) below.words.at(-1).scrollIntoView({ block: 'end' });
  }, [said.length]);
  useEffect(() => {
    seen.current = many;
  });
  const go = () => {
    const below = look();
    below?.words[below.first].scrollIntoView({ block: 'start' });
  };
  if (many === null) return null;
  return html`<p class="desk__below"><button class="btn" type="button" onClick=${go}>${many ? `${capital(numberWord(many))} more below` : 'More below'}</button></p>`;
}
