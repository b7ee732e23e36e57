/** Stepped out: a quiet page. Members do not learn it; the way back is at the thumb. */
import { html } from '../../vendor/preact-htm.js';
import { Frame } from './frame.js';
import { openHand } from './hand.js';

export function Away(room) {
  const { store, me } = room;
  const waiting = me.place === 'waiting';
  return html`
    <${Frame} room=${room}>
      <main id="main" class="aside-page">
        <div class="aside-page__say">
          <h1 class="display">You have stepped out.</h1>
          <p>Here is a quiet page. Come back whenever you like; the door does not creak.</p>
          <p class="soft">Some water, perhaps. Or turn your head slowly, as if you were new here, and find something with a straight edge and something round.</p>
          <p class="small soft">${waiting ? 'Your place at the door is kept.' : 'The hosts see that you stepped out. Nobody else does. Your turn is kept.'}</p>
          <${CheckUp} ...${{ store, me }} />
        </div>
        <div class="aside-page__do">
          <button class="btn btn--act btn--wide" type="button" onClick=${() => store.status('here')}>Come back</button>
          <button class="btn btn--wide" type="button" onClick=${(event) => openHand(store, event.currentTarget)}>I need a hand</button>
        </div>
      </main>
    <//>
  `;
}

/** The one question hosts may ask; a thumb is enough, silence is fine, and one may be left in peace. */
function CheckUp({ store, me }) {
  if (me.place !== 'seated' || me.role !== 'member') return null;
  const rather = (refuse) => store.act('refuse_check_ups', { refuse });
  if (me.check === 'asked') {
    return html`<div class="card" role="status"><p>A host asks: are you all right? A thumb is enough, and no answer is fine too.</p>
      <div class="btns"><button class="btn" type="button" onClick=${() => store.act('am_well')}>All right</button></div></div>`;
  }
  if (me.check === 'well') return html`<p class="small soft" role="status">The hosts know that you are all right.</p>`;
  return me.check === 'refused'
    ? html`<p class="small soft" role="status">Nobody asks you tonight. <button class="inline" type="button" onClick=${() => rather(false)}>Asking once is fine</button></p>`
    : html`<p class="small soft">A host may ask once if you are all right. <button class="inline" type="button" onClick=${() => rather(true)}>Rather not</button></p>`;
}
