/** The patterns page: puts every live drawing where the page asks for it with data-draw. */
import { html, render, useState } from '../vendor/preact-htm.js';
import { BreakWindow } from '../draw/window.js';
import { CueLine, NearRow, RowRibbon } from '../draw/cue.js';
import { Ring, RingList } from '../draw/ring.js';
import { all, one } from '../lib/dom.js';
import { armLeave } from '../lib/leave.js';

const NAMES = [
  'Ines', 'Rowan', 'Theo', 'Mira', 'Ada', 'Jo', 'Imani', 'Bea', 'Sol', 'Nils',
  'Kit', 'Petra', 'Uma', 'Lou', 'Win', 'Dara', 'Hana', 'Ivo', 'Vera', 'Oskar',
];
const sitting = (n) => NAMES.slice(0, n).map((name, k) => ({ id: `p${k}`, name, you: k === 0 }));

/** A table one can tap: the light goes on by one seat. */
function Round({ n, holder, note = '', ...rest }) {
  const [at, setAt] = useState(holder);
  const people = sitting(n);
  const next = at === null ? '' : (at + 1) % n === 0 ? 'you' : NAMES[(at + 1) % n];
  return html`
    <div class="as-is" onClick=${() => setAt(at === null ? 0 : (at + 1) % n)}>
      <${Ring}
        people=${people} youId="p0" holderId=${at === null ? null : `p${at}`} nextName=${next} note=${note} ...${rest}
      />
    </div>
  `;
}

/** A door one can tap: somebody comes in, the others make room. */
function Door({ n, most = 20 }) {
  const [count, setCount] = useState(n);
  const people = sitting(count).map((person) => ({ ...person, away: person.name === 'Mira' }));
  return html`
    <div class="as-is" onClick=${() => setCount(Math.min(most, count + 1))}>
      <${Ring} people=${people} youId="p0" mode="door" />
    </div>
  `;
}

const LIST = ({ n, holder }) => html`
  <${RingList} people=${sitting(n)} youId="p0" holderId=${`p${holder}`} nextName=${NAMES[holder + 1]} />
`;

function cueRows() {
  return JSON.parse(one('#cue-rows').textContent);
}

const DRAWINGS = {
  round: Round,
  door: Door,
  list: LIST,
  window: BreakWindow,
  cue: () => html`<${CueLine} rows=${cueRows()} nowFraction=${0.55} />`,
  near: ({ index }) => html`<${NearRow} rows=${cueRows()} index=${index} />`,
  ribbon: ({ index }) => html`<${RowRibbon} rows=${cueRows()} index=${index} now=${0.55} />`,
};

armLeave();
for (const place of all('[data-draw]')) {
  const draw = DRAWINGS[place.dataset.draw];
  render(html`<${draw} ...${JSON.parse(place.dataset.with || '{}')} />`, place);
}
