/** Before it begins, when few have come: what can be done. Beginning stays where it was. */
import { html } from '../../vendor/preact-htm.js';
import { capital, deviceNow, instant, numberWord } from '../../lib/time.js';

const WAIT_MIN = 5;
const LATEST_MIN = 30; // what is later than that is another evening

/** On the desk from the hour on, until it is put away or somebody else comes. */
export function FewCard({ room: { store, stage, offset }, openMore }) {
  const { few } = stage;
  const key = few && `few:${few.here}:${stage.starts_at}`;
  const itIsTime = deviceNow() + offset >= instant(stage.starts_at);
  if (!few || !itIsTime || store.said[key]) return html`<div role="status"></div>`;
  const wait = stage.late + WAIT_MIN <= LATEST_MIN && (() => store.act('run_late', { minutes: stage.late + WAIT_MIN }));
  return html`<div role="status"><section class="card" aria-label="Few have come">
    <p>${haveCome(few.here)} The plan is made for about ${numberWord(few.made_for)}. You can begin as you are: with few, a round is shorter and its silences are longer.</p>
    ${few.unnamed && html`<p class="small">Some of it is written without names. With so few, others may guess; their pages say so before they write.</p>`}
    <div class="btns">
      ${wait && html`<button class="btn" type="button" onClick=${wait}>Wait five minutes</button>`}
      <button class="btn btn--line" type="button" onClick=${() => openMore('notTonight')}>Not tonight</button>
      <button class="btn btn--line" type="button" onClick=${() => store.remember(key, true)}>Put away</button>
    </div>
  </section></div>`;
}

function haveCome(here) {
  if (here === 0) return 'Nobody has come so far.';
  return here === 1 ? 'One person has come so far.' : `${capital(numberWord(here))} have come so far.`;
}

/** The page behind it: no evening tonight, said to everybody who is here. */
export function NotTonight({ room: { store }, close }) {
  const cancel = () => {
    close();
    store.act('cancel_session', { reason: 'few' });
  };
  return html`
    <p>Whoever is here reads that this session does not take place, and that they will hear from the circle. It cannot be opened again; another day is made under Tonight. Whoever came may still like a short evening: you can begin, and close early.</p>
    <div class="choices">
      <button class="btn" type="button" onClick=${cancel}>Not tonight, for everybody</button>
      <button class="btn btn--line" type="button" onClick=${close}>Stay</button>
    </div>
  `;
}
