/** After the closing: a quiet room for whoever would like to stay a while. Nothing is asked in it. */
import { html, useState } from '../../vendor/preact-htm.js';
import { Ring } from '../../draw/ring.js';
import { capital, clockTime, numberWord, secondsLeft } from '../../lib/time.js';
import { Frame } from './frame.js';
import { openHand } from './hand.js';

/** Whether the room is still open; a page that missed its closing knows the time itself. */
export const isOpen = ({ stage, offset }) => Boolean(stage.linger) && secondsLeft(stage.linger.until, offset) > 0;

/** On the last page: the way in. Nobody else learns who takes it, but those who are there. */
export function StayAWhile({ store, stage, me, people }) {
  const host = me.role === 'host';
  return html`
    <section class="linger" aria-label="Staying a while">
      <p>A quiet room stays open until ${clockTime(stage.linger.until)}. Nobody has to speak, and nothing is asked there.</p>
      ${host && html`<p class="soft" role="status">${whoStays(people.filter((person) => person.stays))}</p>`}
      <div class="btns">
        <button class="btn" type="button" onClick=${() => store.act('stay')}>Stay a while</button>
        ${host && html`<${CloseIt} store=${store} />`}
      </div>
    </section>
  `;
}

/** Nobody is sent home by one press. */
function CloseIt({ store }) {
  const [asked, setAsked] = useState(false);
  if (!asked) return html`<button class="btn btn--line" type="button" onClick=${() => setAsked(true)}>Close the quiet room</button>`;
  return html`
    <button class="btn btn--line" type="button" onClick=${() => store.act('close_linger')}>Yes, close it for everybody</button>
    <button class="btn btn--line" type="button" onClick=${() => setAsked(false)}>Leave it open</button>
  `;
}

function whoStays(there) {
  if (!there.length) return 'Nobody is there at the moment. You are free to go, like everybody.';
  const count = there.length === 1 ? 'One person is' : `${capital(numberWord(there.length))} people are`;
  return `${count} there. You are free to go, like everybody; it closes by itself.`;
}

/** The room itself: who else is here, until when, and the way home. */
export function Linger(room) {
  const { store, stage, me, people } = room;
  // Until the snapshot of the quiet room is here, the page still has everybody who was at the table.
  const known = me.role === 'host' ? people.filter((person) => person.stays) : store.state.shared.name === 'linger' ? people : [];
  const here = known.length ? known : [{ id: me.id, name: me.name, you: true }];
  const hosted = me.role === 'host' || here.some((person) => person.host);
  return html`
    <${Frame} room=${room}>
      <main id="main" class="table-page door">
        <div class="table-page__say">
          <h1 class="display">Here for a${'\u00a0'}while.</h1>
          <p class="soft">Nothing is asked any more. The room closes by itself at ${clockTime(stage.linger.until)}${hosted ? '' : '; no host is in it, and the numbers are in reach'}.</p>
          <div role="status">${stage.linger.rang && html`<p>In two minutes the room closes. Good night to whoever is still here.</p>`}</div>
        </div>
        <${Ring} people=${here} youId=${me.id} mode="door" />
        <div class="table-page__foot"><div class="btns">
          <button class="btn" type="button" onClick=${() => store.act('go_home')}>Go now</button>
          <button class="btn btn--line" type="button" aria-haspopup="dialog" onClick=${(event) => openHand(store, event.currentTarget)}>Numbers</button>
        </div></div>
      </main>
    <//>
  `;
}
