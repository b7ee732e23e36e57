/** A private word with the hosts: only they and you see it. */
import { html, useState } from '../../vendor/preact-htm.js';
import { keepDraft, readDraft } from '../drafts.js';

export function WordSheet({ store, notes, stage }) {
  const [text, setText] = useState(store.said.word || readDraft(store.page.meeting, 'word'));
  const close = () => store.remember('word', null);
  const send = async (event) => {
    event.preventDefault();
    const answer = await store.act('whisper', { text });
    if (!answer.ok) return;
    keepDraft(store.page.meeting, 'word', '');
    setText('');
    store.tell('Your word is with the hosts.');
  };
  return html`
    <section class="sheet sheet--over" role="dialog" aria-modal="true" aria-labelledby="word-h" onKeyDown=${(e) => e.key === 'Escape' && close()}>
      <div class="sheet__head"><h2 id="word-h">A private word</h2><button class="quiet" type="button" onClick=${close}>Close</button></div>
      <${Notes} notes=${notes} host=${stage?.host} />
      <form class="form" onSubmit=${send}>
        <div class="field">
          <label class="field__label" for="word-text">To the hosts</label>
          <textarea class="field__box" id="word-text" maxlength="4000" value=${text} ref=${(box) => box && !box.dataset.seen && ((box.dataset.seen = '1'), box.focus())}
            onInput=${(e) => { setText(e.target.value); keepDraft(store.page.meeting, 'word', e.target.value); }}></textarea>
          <p class="field__hint">Only the hosts and you see this. They see that it is from you. It goes a day after the session.</p>
        </div>
        <div class="btns"><button class="btn btn--act" type="submit" disabled=${!text.trim()}>Send</button></div>
      </form>
    </section>
    <div class="veil veil--over" onClick=${close}></div>
  `;
}

function Notes({ notes, host }) {
  if (!notes.length) return null;
  return html`<ul class="said said--words" aria-label="Words so far">
    ${notes.map((note) => html`<li key=${note.id}><b>${note.from_host ? host || 'A host' : 'You'}</b><span>${note.text}</span></li>`)}
  </ul>`;
}
