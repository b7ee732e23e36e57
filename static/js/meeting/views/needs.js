/** In a break: what one may need, and something to rest the eyes on. Nothing of it leaves the page. */
import { html, useState } from '../../vendor/preact-htm.js';
import { Sheet } from './sheet.js';

const NEEDS = [
  ['Something warm', 'A cup to hold, a jumper, a blanket round the shoulders.'],
  ['Quiet', 'Another room, or headphones with nothing playing.'],
  ['Air', 'A window, a doorstep. Two minutes of weather.'],
  ['To move', 'Stand up, shake out the hands, walk to the kitchen and back.'],
  ['Water or food', 'A glass, a piece of bread. Small is enough.'],
  ['To cry a little', 'There is time, and nobody is looking.'],
  ['To think of something else', 'Count the blue things you can see. Or the books.'],
  ['Somebody', 'Under Hand there is a private word with a host, in a break too.'],
  ['Nothing', 'Then nothing. That is what a break is for.'],
];
const EYES = [
  'Let your eyes wander, as if you were new in this room.',
  'Find the door. Find something with a straight edge, and something round.',
  'Find a colour you like, and stay with it for as long as it takes to say its name slowly.',
  'Feel what holds you: the chair, the floor, your own hand.',
];

export function NeedsButton() {
  const [open, setOpen] = useState(false);
  return html`
    <button class="btn" type="button" aria-haspopup="dialog" onClick=${() => setOpen(true)}>What would help now</button>
    ${open && html`<${Needs} close=${() => setOpen(false)} />`}
  `;
}

function Needs({ close }) {
  const [need, choose] = useState('');
  const words = NEEDS.find(([name]) => name === need)?.[1];
  return html`
    <${Sheet} title="What would help?" close=${close}>
      <p class="small soft">It stays on this page. Nobody is told.</p>
      <div class="needs" role="group" aria-label="Needs">
        ${NEEDS.map(([name]) => html`<button class="btn needs__one" key=${name} type="button" aria-pressed=${need === name} onClick=${() => choose(name)}>${name}</button>`)}
      </div>
      <p class="needs__say" role="status">${words ?? ''}</p>
      <h3 class="needs__head">Or rest your eyes on the room</h3>
      <ol class="needs__eyes">${EYES.map((line) => html`<li key=${line}>${line}</li>`)}</ol>
    <//>
  `;
}
