/**
 * Words that were not sent when their step ended. Nobody's sentence is cut off: they stay with the one
 * who wrote them, can be read, kept or let vanish, and go when the session ends.
 */
import { html } from '../../vendor/preact-htm.js';
import { allDrafts, keepDraft, saveOnDevice } from '../drafts.js';
import { Sheet } from './sheet.js';

const GOING_ON = new Set(['live', 'closing', 'break']);
const HAS_A_BOX = new Set(['write', 'wall_write', 'wall_read', 'answer', 'round', 'volunteer', 'pair']);

export function StillHere({ store, stage, step }) {
  if (!GOING_ON.has(stage?.phase)) return null;
  const earlier = fromEarlier(store, step);
  if (store.said.earlier && earlier.length) return html`<${Earlier} store=${store} drafts=${earlier} />`;
  const news = earlier.filter((draft) => store.said[`seen:${draft.step}`] !== draft.text);
  if (!news.length) return null;
  return html`<section class="calm" aria-label="Words of yours"><p>What you wrote is still here, for you alone.</p>
    <div class="calm__do"><button class="quiet" type="button" onClick=${() => store.remember('earlier', true)}>See it</button>
      <button class="quiet" type="button" onClick=${() => putAway(store, news)}>Put it away</button></div></section>`;
}

/** Drafts that stand in no box now; a private word has its own sheet. */
function fromEarlier(store, step) {
  const here = new Set(HAS_A_BOX.has(step?.part) ? ['word', step.id, `${step.id}:said`, `${step.id}:pair`] : ['word']);
  return allDrafts(store.page.meeting).filter((draft) => !here.has(draft.step));
}

function putAway(store, drafts) {
  for (const draft of drafts) store.remember(`seen:${draft.step}`, draft.text);
  store.remember('earlier', false);
}

function Earlier({ store, drafts }) {
  const close = () => putAway(store, drafts);
  const vanish = (draft) => {
    keepDraft(store.page.meeting, draft.step, '');
    store.tell('It is gone. Letting it vanish is a fine ending.');
  };
  return html`
    <${Sheet} title="Not sent" close=${close}>
      <p class="small soft">Only you see this. It goes when the session ends.</p>
      <ul class="said said--words">
        ${drafts.map((draft) => html`<li key=${draft.step}>
          <p class="said__text is-whole">${draft.text}</p>
          <div class="btns">
            <button class="btn" type="button" onClick=${() => saveOnDevice(draft.text)}>Keep a copy</button>
            <button class="btn btn--line" type="button" onClick=${() => vanish(draft)}>Let it vanish</button>
          </div>
        </li>`)}
      </ul>
    <//>
  `;
}
