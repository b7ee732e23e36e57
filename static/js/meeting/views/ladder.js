/** When somebody makes it hard: a private line first, then a chair less, and for good last of all. */
import { html, useState } from '../../vendor/preact-htm.js';
import { HowLong, isTooLong } from './howlong.js';
import { lastAsked, putAsked } from './word.js';

const LONGEST = 280;
const REASON_MAX = 500;

/** For the person alone: what a host asks, in the host's words, until they put it away. */
export function AskedOfMe({ store, stage, me, notes = [] }) {
  const asked = notes.filter((note) => note.asks);
  const last = asked[asked.length - 1];
  const waits = me?.role === 'member' && last && lastAsked(store) !== last.id;
  return html`<div role="status">${waits && html`<div class="calm"><p>${stage?.host || 'A host'} asks you: “${last.text}” Only you and the hosts see this line.</p>
    <div class="calm__do"><button class="quiet" type="button" onClick=${() => putAsked(store, last.id)}>I have read it</button></div></div>`}</div>`;
}

/** The host's form: one line to one person, in words of the host's own. */
export function AskPrivately({ store, person, done }) {
  const draft = `ask:${person.id}`;
  const text = store.said[draft] ?? '';
  const send = async (event) => {
    event.preventDefault();
    const answer = await store.act('warn', { seat: person.id, text });
    if (!answer.ok) return;
    store.remember(draft, '');
    store.tell(`${person.name} has your line.`);
    done();
  };
  return html`
    <form class="form" onSubmit=${send}>
      <div class="field"><label class="field__label" for="ask-line">What do you ask of ${person.name}?</label>
        <textarea class="field__box" id="ask-line" rows="3" aria-describedby="ask-long" value=${text} onInput=${(e) => store.remember(draft, e.target.value)}></textarea><${HowLong} id="ask-long" text=${text} most=${LONGEST} />
        <p class="field__hint">Only ${person.name} and the hosts see it. What you would like them to do is easier to follow than what was wrong.</p></div>
      <div class="btns"><button class="btn btn--act" type="submit" disabled=${!text.trim() || isTooLong(text, LONGEST)}>Send it</button>
        <button class="btn btn--line" type="button" onClick=${done}>Not now</button></div>
    </form>
  `;
}

/** What sends somebody away is asked once more, with room for a reason that only the hosts' record keeps. */
export function AskTwice({ person, note = '', yes, no, act, done }) {
  const [reason, setReason] = useState('');
  const box = `reason-${person.id}`;
  return html`<li class="ask-twice"><b>${person.name}${note && html`<small>${note}</small>`}</b>
    <div class="field"><label class="field__label" for=${box}>Why, if you like</label>
      <input class="field__box" id=${box} aria-describedby=${`${box}-long`} autocomplete="off" value=${reason} onInput=${(e) => setReason(e.target.value)} />
      <${HowLong} id=${`${box}-long`} text=${reason} most=${REASON_MAX} />
      <p class="field__hint">For the hosts’ record alone, sealed. ${person.name} does not see it.</p></div>
    <span class="lobby__do">
      <button class="btn" type="button" disabled=${isTooLong(reason, REASON_MAX)} onClick=${() => act(reason.normalize('NFC').trim())}>${yes}</button>
      <button class="btn btn--line" type="button" onClick=${done}>${no}</button></span></li>`;
}

/** Whoever was asked to rest is at the table again by one press. */
export function BringBack({ store, person, className = 'btn' }) {
  return html`<button class=${className} type="button" aria-label=${`Bring ${person.name} back`} onClick=${() => store.act('bring_back', { seat: person.id })}>Bring back</button>`;
}

/** Somebody who was removed: back to the door, or not in this circle any more, which is asked once. */
export function Removed({ store, person }) {
  const [asked, setAsked] = useState(false);
  if (person.banned) return html`<li><b>${person.name}<small>not in this circle any more</small></b></li>`;
  if (asked) {
    const ban = (reason) => store.act('ban', { seat: person.id, reason });
    const note = 'The circle’s link does not let them in again. They are not told.';
    return html`<${AskTwice} ...${{ person, note, yes: 'Yes, not any more', no: 'Only tonight', act: ban, done: () => setAsked(false) }} />`;
  }
  return html`<li><b>${person.name}<small>not here tonight</small></b><span class="lobby__do">
    <button class="btn btn--line" type="button" aria-label=${`${person.name} may come again`} onClick=${() => store.act('readmit', { seat: person.id })}>May come again</button>
    <button class="btn btn--line" type="button" aria-label=${`${person.name}: not in this circle any more`} onClick=${() => setAsked(true)}>Not any more</button></span></li>`;
}
