/** A private word with the hosts: only they and you see it. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { kept } from '../../lib/where.js';
import { keepDraft, readDraft } from '../drafts.js';
import { HowLong, isTooLong } from './howlong.js';
import { Sheet } from './sheet.js';

const readKey = (meeting) => kept(`read:${meeting}`);
const askedKey = (meeting) => kept(`asked:${meeting}`);

/** A word this tab has seen (`what`: lastRead, lastAsked), also after a reload; null before the first. */
function seen(store, what, key) {
  if (store.said[what]) return store.said[what];
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function mark(store, what, key, id) {
  store.remember(what, id);
  try {
    sessionStorage.setItem(key, id);
  } catch {
    // Then it is said once more after a reload.
  }
}

export const lastRead = (store) => seen(store, 'lastRead', readKey(store.page.meeting));
const markRead = (store, id) => mark(store, 'lastRead', readKey(store.page.meeting), id);

/** What a host asked last and was put away. */
export const lastAsked = (store) => seen(store, 'lastAsked', askedKey(store.page.meeting));
export const putAsked = (store, id) => mark(store, 'lastAsked', askedKey(store.page.meeting), id);

/** The last word of the talk between this person and the hosts; what hosts ask has a line of its own. */
export const lastAnswer = (notes) => notes.filter((note) => !note.asks).at(-1);

export function WordSheet({ store, notes, stage }) {
  // Words that were put ready ("I need help now.") go with one tap; no keyboard stands in the way.
  const [ready] = useState(store.said.word);
  const [text, setText] = useState(store.said.word || readDraft(store.page.meeting, 'word'));
  const last = lastAnswer(notes);
  const newest = last?.id;
  const [toRead] = useState(last?.from_host && lastRead(store) !== newest);
  useEffect(() => {
    if (newest) markRead(store, newest);
  }, [newest]);
  const [busy, setBusy] = useState(false);
  const close = () => store.remember('word', null);
  const write = (words) => {
    setText(words);
    keepDraft(store.page.meeting, 'word', words);
  };
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await store.act('whisper', { text });
    setBusy(false);
    if (!answer.ok) return;
    write('');
    store.tell('Your word is with the hosts.');
  };
  return html`
    <${Sheet} title="A private word" close=${close}>
      <${Notes} notes=${notes} host=${stage?.host} first=${toRead} />
      ${store.note && html`<p class="calm calm--sheet">${store.note}</p>`}
      <form class="form form--word" onSubmit=${send}>
        <div class="field">
          <label class="field__label" for="word-text">To the hosts</label>
          <textarea class="field__box" id="word-text" rows="3" aria-describedby="word-who word-long" spellcheck=${false} autocomplete="off" value=${text} onInput=${(event) => write(event.target.value)}></textarea>
          <${HowLong} id="word-long" text=${text} />
        </div>
        <div class="send">
          <p class="send__who" id="word-who"><b>Only the hosts and you see this.</b> They see that it is from you. <span class="send__detail">It goes a day after the session.</span></p>
          <button class="btn btn--act" type="submit" disabled=${busy || !text.trim() || isTooLong(text)} data-first=${ready ? '' : undefined}>Send</button>
        </div>
      </form>
    <//>
  `;
}

/** `first`: an answer waits to be read, so the focus goes here and no keyboard covers it. */
function Notes({ notes, host, first }) {
  if (!notes.length) return null;
  return html`<ul class="said said--words" aria-label="Words so far" tabindex="-1" data-first=${first ? '' : undefined}>
    ${notes.map((note) => html`<li key=${note.id}><b>${note.from_host ? host || 'A host' : 'You'}</b><p class="said__text is-whole">${note.text}</p></li>`)}
  </ul>`;
}
