/** Lines that come one after another at a person's own pressing. Nothing is sent; nobody learns how far one is. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';

export function OneByOne({ lines }) {
  const [come, setCome] = useState(1);
  const button = useRef(null);
  // What has come stays where it is, and the button stays under the thumb.
  useEffect(() => {
    if (come > 1) button.current.scrollIntoView({ block: 'center' });
  }, [come]);
  const last = come >= lines.length;
  return html`
    <ol class="slow" aria-live="polite">${lines.slice(0, come).map((line, at) => html`<li key=${at}>${line}</li>`)}</ol>
    <div class="onebyone">
      <button class="btn btn--wide" type="button" ref=${button} onClick=${() => setCome(last ? 1 : come + 1)}>${last ? 'From the beginning' : 'The next one'}</button>
      <p class="small soft">${last ? 'That is all. You can look around for as long as you like.' : 'In your own time. Nobody sees how far you are.'}</p>
    </div>
  `;
}
