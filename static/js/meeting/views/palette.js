/** An answer without a sentence: a feeling's name or a colour. It is sent as words, so everybody can read it. */
import { html, useState } from '../../vendor/preact-htm.js';
import { Sheet } from './sheet.js';

const FEELINGS = [
  ['Heavy', ['tired', 'sad', 'weighed down', 'empty']],
  ['Stirred', ['angry', 'restless', 'afraid', 'envious']],
  ['Far away', ['numb', 'foggy', 'lonely', 'not quite here']],
  ['Tender', ['soft', 'longing', 'moved', 'grateful']],
  ['Steady', ['calm', 'relieved', 'curious', 'warm']],
  ['In between', ['mixed', 'unsure', 'all right', 'a little hopeful']],
];
const COLOURS = ['dusk blue', 'deep sea', 'moss', 'new leaf', 'clay', 'ash', 'milk', 'plum', 'rose', 'rust', 'straw', 'ink'];
const PREFIX = 'Colour: ';

/** The colour an answer names, as a class of its own; null for other words. */
export function hueOf(text) {
  const name = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  return COLOURS.includes(name) ? classOf(name) : null;
}

const classOf = (name) => `hue hue--${name.replace(' ', '-')}`;

export function PaletteButton({ choose }) {
  const [open, setOpen] = useState(false);
  const take = (words) => {
    setOpen(false);
    choose(words);
  };
  return html`
    <button class="quiet" type="button" aria-haspopup="dialog" onClick=${() => setOpen(true)}>A feeling or a colour instead</button>
    ${open && html`<${Palette} take=${take} close=${() => setOpen(false)} />`}
  `;
}

function Palette({ take, close }) {
  return html`
    <${Sheet} title="Without a sentence" close=${close}>
      <p class="small soft">It goes into your answer. Nothing is sent before you send it.</p>
      ${FEELINGS.map(([family, words]) => html`
        <h3 class="needs__head" id=${`family-${family}`}>${family}</h3>
        <div class="needs" role="group" aria-labelledby=${`family-${family}`}>
          ${words.map((word) => html`<button class="btn needs__one" key=${word} type="button" onClick=${() => take(word)}>${word}</button>`)}
        </div>`)}
      <h3 class="needs__head" id="colours">A colour</h3>
      <div class="needs" role="group" aria-labelledby="colours">
        ${COLOURS.map((name) => html`<button class="btn needs__one" key=${name} type="button" onClick=${() => take(PREFIX + name)}><span class=${classOf(name)} aria-hidden="true"></span>${name}</button>`)}
      </div>
    <//>
  `;
}
