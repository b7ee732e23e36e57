/** A host's answer to whoever wrote a line without a name. The page that wrote it opens it, and no other. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { uuid4 } from '../commands.js';
import { canSeal, LONGEST, seal } from '../../quiet/seal.js';
import { beginning } from './beginning.js';
import { HowLong, isTooLong } from './howlong.js';
import { Sheet } from './sheet.js';

/** Told on the writer's page alone, and nothing leaves it: not that it came, not that it was read. */
export function ToYouAlone({ store }) {
  const [reading, setReading] = useState(null);
  const [waits] = store.quiet?.mailbox.answers ?? [];
  const answer = reading ?? waits;
  const close = () => {
    store.quiet.mailbox.putAway(reading.id);
    setReading(null);
  };
  return html`
    <div role="status">${waits && !reading && html`<div class="calm"><p>A host has written to you alone. No other page shows this line.</p>
      <div class="calm__do"><button class="quiet" type="button" aria-haspopup="dialog" onClick=${() => setReading(waits)}>Read it</button></div></div>`}</div>
    ${reading && html`<${Sheet} title="To you alone" close=${close}>
      <p>A host has written to you alone:</p>
      <blockquote class="page__kept">${answer.text}</blockquote>
      <p class="small soft">You wrote: “${beginning(answer.line)}”</p>
      <p class="small soft">The host does not know who you are, nor whether this was read; nothing left your page. You can answer with another line if lines are collected again, or by a private word under Hand, which carries your name. It goes when you close it.</p>
    <//>`}
  `;
}

/** Beside a line whose page left a key: the host's words go to it, whoever wrote it. */
export function AnswerLine({ store, line }) {
  const [open, setOpen] = useState(false);
  const able = useCanSeal();
  if (!line.mailbox || !able) return null;
  return html`
    <button class="poem__aside quiet" type="button" aria-haspopup="dialog" aria-describedby=${`line-${line.id}`} onClick=${() => setOpen(true)}>Answer privately</button>
    ${open && html`<${AnswerSheet} ...${{ store, line, close: () => setOpen(false) }} />`}
  `;
}

function useCanSeal() {
  const [able, know] = useState(false);
  useEffect(() => {
    canSeal().then(know);
  }, []);
  return able;
}

function AnswerSheet({ store, line, close }) {
  const draft = `sealed:${line.id}`;
  const text = store.said[draft] ?? ''; // kept when the sheet is closed in mid-sentence
  const [busy, setBusy] = useState(false);
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await sendSealed(store, line, text);
    setBusy(false);
    if (!answer.ok) return;
    store.remember(draft, '');
    close();
    store.tell('It is sealed and sent. Only the page that wrote the line can open it.');
  };
  return html`
    <${Sheet} title="Answer privately" close=${close}>
      <p class="small soft">The line: “${beginning(line.text)}”</p>
      ${store.note && html`<p class="calm calm--sheet">${store.note}</p>`}
      <form class="form form--word" onSubmit=${send}>
        <div class="field">
          <label class="field__label" for="sealed-text">To whoever wrote it</label>
          <textarea class="field__box" id="sealed-text" rows="3" aria-describedby="sealed-who sealed-long" spellcheck=${false} autocomplete="off" value=${text} onInput=${(event) => store.remember(draft, event.target.value)}></textarea>
          <${HowLong} id="sealed-long" text=${text} most=${LONGEST} />
        </div>
        <div class="send">
          <p class="send__who" id="sealed-who"><b>Only the page that wrote this line can open it.</b> You do not learn whose it is, nor whether it was read. <span class="send__detail">It is stored nowhere. A page that was closed or loaded anew cannot open it.</span></p>
          <button class="btn btn--act" type="submit" disabled=${busy || !text.trim() || isTooLong(text, LONGEST)}>Seal and send</button>
        </div>
      </form>
    <//>
  `;
}

/** The server gets sealed bytes and a random name for them; which line is meant leaves this page with nobody. */
async function sendSealed(store, line, text) {
  try {
    const sealed = await seal(text.normalize('NFC').trim(), line.mailbox, store.page.meeting, line.commit);
    return await store.act('send_sealed', { answer: uuid4(), sealed });
  } catch {
    store.tell('This line cannot be answered privately. You can speak to the whole room.'); // its key is none
    return { ok: false };
  }
}
