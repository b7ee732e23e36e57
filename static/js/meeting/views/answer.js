/** A word, a number or a line each, by name. */
import { html, useState } from '../../vendor/preact-htm.js';
import { numberWord } from '../../lib/time.js';
import { Bar, NOTHING_MORE } from './bar.js';
import { Consent, useDraft } from './box.js';
import { Frame } from './frame.js';
import { HowLong, isTooLong } from './howlong.js';
import { PaletteButton } from './palette.js';
import { Question } from './prompt.js';
import { SaidList } from './said.js';
import { SketchButton } from './sketch.js';
import { TilesInto } from './tiles.js';

export function Answer(room) {
  const { store, step, said, me } = room;
  const mine = said.find((share) => share.seat === me.id);
  const passed = store.said[`passed:${step.id}`];
  return html`
    <${Frame} room=${room}>
      <main id="main" class="still still--answer">
        <${Question} store=${store} step=${step} />
        ${!mine && !passed && html`<${Entry} ...${room} />`}
        ${passed && !mine && html`<div><p class="soft">${NOTHING_MORE}</p>
          <button class="quiet" type="button" onClick=${() => store.remember(`passed:${step.id}`, false)}>Answer after all</button></div>`}
        <${SaidList} room=${room} />
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}

const hintOf = ({ hint }) => (hint ? hint.charAt(0).toUpperCase() + hint.slice(1) : 'A word or a line');

function Entry({ store, stage, step }) {
  const draft = useDraft(store.page.meeting, step.id);
  const [number, setNumber] = useState('5');
  const [busy, setBusy] = useState(false);
  const text = step.number ? number : draft.text;
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await store.act('say', { step: step.id, text, summary: draft.summary });
    setBusy(false);
    if (!answer.ok) return;
    draft.clear();
    store.tell('Received.');
  };
  return html`
    <form class="answer" aria-label="Your answer" onSubmit=${send}>
      <div class="field">
        <label class="field__label" for="answer">${step.number ? 'A number, 0 to 10' : hintOf(step)}</label>
        ${step.number
          ? html`<div class="answer__number"><input type="range" id="answer" min="0" max="10" value=${number} onInput=${(e) => setNumber(e.target.value)} /><output for="answer">${number}</output></div>`
          : html`<textarea class="field__box" id="answer" rows="1" aria-describedby="who how-long" spellcheck=${false} autocomplete="off" value=${draft.text} onInput=${(e) => draft.set(e.target.value)}></textarea>
              <${HowLong} text=${draft.text} />
              ${step.tiles.length > 0 ? html`<${TilesInto} tiles=${step.tiles} draft=${draft} />` : html`<div class="answer__other"><${PaletteButton} choose=${draft.set} /><${SketchButton} ...${{ store, stage, step }} /></div>`}`}
      </div>
      <div class="send">
        <p class="send__who" id="who"><b>Everyone here sees this,</b> with your name. We are ${numberWord(stage.possible)}.</p>
        <button class="btn btn--act" type="submit" disabled=${busy || !text.trim() || isTooLong(text)}>Send</button>
        ${!step.number && html`<div class="send__more send__detail"><${Consent} on=${draft.summary} change=${draft.allow}>May stand, without my name, in the notes afterwards<//></div>`}
      </div>
    </form>
  `;
}
