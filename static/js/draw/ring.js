/** The table with its people, as a picture, as words for screen readers, and as a list. */
import { html, useEffect, useMemo, useRef, useState } from '../vendor/preact-htm.js';
import { fromYou } from './geometry.js';
import { Chairs, Lamp, Light, Names, Shapes, Table, UnlitLamp } from './furniture.js';
import { useLight } from './light.js';
import { doorLine, peopleLines, pieceLine } from './ring-words.js';

let drawn = 0;

/** Ids of those who came in since the last picture; nobody on the first one unless marked so. */
function useNewcomers(people) {
  const known = useRef(null);
  const [, redraw] = useState(0);
  const here = people.map((person) => person.id);
  const fresh = known.current
    ? here.filter((id) => !known.current.has(id))
    : people.filter((person) => person.arriving).map((person) => person.id);
  const key = fresh.join(' ');
  useEffect(() => {
    if (!key) {
      known.current = new Set(here);
      return undefined;
    }
    // One picture with the newcomer outside and unseen, then the move to the table.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        known.current = new Set(here);
        redraw((count) => count + 1);
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [key, here.join(' ')]);
  return new Set(fresh);
}

/** Name of the last one who came in, "" until someone does. */
function useLatest(people) {
  const [state, setState] = useState({ ids: null, name: '' });
  const ids = people.map((person) => person.id).join(' ');
  useEffect(() => {
    setState((old) => {
      const seen = old.ids === null ? null : new Set(old.ids.split(' '));
      const fresh = seen ? people.filter((person) => !seen.has(person.id) && !person.away) : [];
      return { ids, name: fresh.length ? fresh[fresh.length - 1].name : '' };
    });
  }, [ids]);
  return state.name;
}

/**
 * The table, as a whole <figure class="ring">.
 *
 * people    [{id, name, you?, away?, arriving?}] in the order of the circle, 1 to 20. `away` draws
 *           the chair back and open (the host's, before the door opens). Somebody who stepped out or
 *           has no screen keeps an unchanged chair: members learn nothing from the picture.
 * youId     whose chair is nearest the thumb; the first person's if absent.
 * holderId  who has the piece; null puts the unlit lamp in the middle.
 * nextName  who comes after, "you" for yourself; "" for nobody.
 * mode      'door' says who is here, 'round' says where the piece is.
 * note      a line under the unlit lamp (round), or in place of the built sentence (door).
 * softness  1 to 0: turns the pool on the table down to .3 of its light. Speaker and hosts only,
 *           never from intensity 4; the chair and the lamp stay lit.
 * quiet     true where the page tells the same itself: no live line, no list for screen readers.
 * names     false draws no names (the desk's small table).
 * children  what else belongs to the picture ("As a list").
 */
export function Ring(props) {
  const { people, youId = '', holderId = null, nextName = '', mode = 'round', note = '' } = props;
  const { softness = 1, quiet = false, names = true, children = null } = props;
  const seated = fromYou(people, youId);
  const n = seated.length;
  const id = useMemo(() => `ring${(drawn += 1)}`, []);
  const newcomers = useNewcomers(seated);
  const latest = useLatest(seated);
  const light = useLight(holderId, seated, nextName);
  const scene = { id, n, seated, youId: seated[0]?.id, light, newcomers, softness };
  const lit = light.lampId !== null;
  return html`
    <figure class="ring">
      <div class=${`ring__in${light.fading ? ' is-fading' : ''}`}>
        <svg class="ring__svg" viewBox="-176 -176 352 352" aria-hidden="true" focusable="false">
          <${Shapes} ...${scene} />
          ${lit && html`<${Light} ...${scene} layer="floor" />`}
          <${Chairs} ...${scene} />
          <${Table} ...${scene} />
          ${lit && html`<${Light} ...${scene} layer="table" />`}
          ${names && html`<${Names} ...${scene} />`}
          ${lit && html`<${Lamp} ...${scene} />`}
          ${!lit && html`<${UnlitLamp} n=${n} raised=${Boolean(note) && mode === 'round'} />`}
        </svg>
        ${mode === 'round' && html`<${Centre} ...${{ seated, light, note, quiet }} />`}
      </div>
      ${mode === 'door' && !quiet && html`<p class="sr" role="status">${note || doorLine(seated, latest)}</p>`}
      ${!quiet && html`<${SpokenList} ...${{ seated, light, mode }} />`}
      ${children}
    </figure>
  `;
}

/** The words in the middle of the table: who has the piece, then who. */
function Centre({ seated, light, note, quiet }) {
  const line = pieceLine(seated, light.chairId, light.nextName);
  const long = line.who.length > 14 ? ' ring__who--long' : '';
  const low = line.who ? '' : ' ring__centre--low';
  return html`
    <p class=${`ring__centre${low}`} role=${quiet ? undefined : 'status'}>
      ${line.who && html`<span class=${`ring__who${long}`}>${line.who}</span>`}
      ${line.next && html`${' '}<span class="ring__next">${line.next}</span>`}
      ${!line.who && note && html`<span class="ring__note">${note}</span>`}
    </p>
  `;
}

function SpokenList({ seated, light, mode }) {
  const lines = mode === 'door' ? peopleLines(seated, null, '') : peopleLines(seated, light.chairId, light.nextName);
  return html`
    <ol class="sr" aria-label=${mode === 'door' ? 'Who is here' : 'At the table, in order'}>
      ${lines.map(
        (line) => html`<li key=${line.id} aria-current=${line.holds ? 'true' : undefined}>${line.text}</li>`,
      )}
    </ol>
  `;
}

function SmallLamp() {
  return html`
    <svg viewBox="-10 -10 20 20" aria-hidden="true" focusable="false"><circle class="lamp__shade" r="8" /></svg>
  `;
}

/**
 * The same table as a list one can see: from the one after you round to you, nearest the thumb.
 * Takes the same people, youId, holderId and nextName.
 */
export function RingList({ people, youId = '', holderId = null, nextName = '' }) {
  const seated = fromYou(people, youId);
  const [you, ...others] = peopleLines(seated, holderId, nextName);
  const lines = [...others, you];
  return html`
    <ol class="seats" aria-label="At the table, in order">
      ${lines.map(
        (line) => html`
          <li
            key=${line.id}
            class=${line.you ? 'seats__you' : undefined}
            aria-current=${line.holds ? 'true' : undefined}
          >
            ${line.holds && html`<${SmallLamp} />`}
            <b>${line.name}</b>${line.says && html`<small>${line.says}</small>`}
          </li>
        `,
      )}
    </ol>
    <p class="sr" role="status">${pieceLine(seated, holderId, nextName).spoken}</p>
  `;
}
