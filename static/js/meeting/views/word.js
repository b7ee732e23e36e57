/** A private word with the hosts: only they and you see it. */
import { html, useState } from '../../vendor/preact-htm.js';
import { keepDraft, readDraft } from '../drafts.js';
import { Sheet } from './sheet.js';

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
    <${Sheet} title="A private word" close=${close}>
      <${Notes} notes=${notes} host=${stage?.host} />
      <form class="form" onSubmit=${send}>
        <div class="field">
          <label class="field__label" for="word-text">To the hosts</label>
          <textarea class="field__box" id="word-text" maxlength="4000" value=${text} onInput=${(e) => { setText(e.target.value); keepDraft(store.page.meeting, 'word', e.target.value); }}></textarea>
          <p class="field__hint">Only the hosts and you see this. They see that it is from you. It goes a day after the session.</p>
        </div>
        <div class="btns"><button class="btn btn--act" type="submit" disabled=${!text.trim()}>Send</button></div>
      </form>
    <//>
  `;
}

function Notes({ notes, host }) {
  if (!notes.length) return null;
  return html`<ul class="said said--words" aria-label="Words so far">
    ${notes.map((note) => html`<li key=${note.id}><b>${note.from_host ? host || 'A host' : 'You'}</b><span>${note.text}</span></li>`)}
  </ul>`;
}
