/** People and chairs: one line for each person, the ladder of care, and a chair without a screen. */
import { html, useRef, useState } from '../../vendor/preact-htm.js';
import { listOf } from '../reducer.js';
import { BellFor } from './keeping.js';
import { AskPrivately, AskTwice, BringBack, Removed } from './ladder.js';
import { wayToShowAgain } from './words.js';

export function People({ room, close }) {
  const { store, stage, me, people } = room;
  const removed = listOf(store.state, 'removed');
  return html`
    <p class="small soft">Who keeps the bell may pause the room, and hold it if your line is lost. They are asked first.</p>
    <ul class="lobby people">
      ${people.filter((person) => !person.you && !person.host).map((person) => html`<${Person} key=${person.id} ...${{ store, stage, me, person, close }} />`)}
      ${removed.map((person) => html`<${Removed} key=${person.id} ...${{ store, person }} />`)}
    </ul>
    <${AddChair} store=${store} />
  `;
}

/** One person at the table. Nobody is sent away by one press. */
function Person({ store, stage, me, person, close }) {
  const [asked, setAsked] = useState(''); // what is asked once more: to rest, or to leave
  const [writing, setWriting] = useState(false);
  const again = wayToShowAgain(store, person.id);
  const showAgain = () => {
    close();
    again();
  };
  if (writing) return html`<li><${AskPrivately} ...${{ store, person, done: () => setWriting(false) }} /></li>`;
  if (asked === 'rest') {
    const rest = async (reason) => {
      const answer = await store.act('set_apart', { seat: person.id, reason });
      if (answer.ok) setAsked('');
    };
    return html`<${AskTwice} ...${{ person, note: whatRestingIs(person, stage), yes: 'Yes, ask to rest', no: 'Not now', act: rest, done: () => setAsked('') }} />`;
  }
  if (asked) {
    const remove = (reason) => store.act('remove', { seat: person.id, reason });
    return html`<${AskTwice} ...${{ person, yes: 'Yes, ask to leave', no: 'Stay', act: remove, done: () => setAsked('') }} />`;
  }
  return html`<li><b>${person.name}${person.apart && html`<small>asked to rest</small>`}</b><span class="lobby__do">
    ${again && html`<button class="btn btn--line" type="button" aria-label=${`Private word of ${person.name} again`} onClick=${showAgain}>Private word</button>`}
    ${!person.apart && html`<${BellFor} ...${{ store, stage, person }} />`}
    ${person.status !== 'no_screen' && html`<button class="btn btn--line" type="button" aria-label=${`Ask ${person.name} something privately`} onClick=${() => setWriting(true)}>Ask</button>`}
    ${person.apart && html`<${BringBack} ...${{ store, person }} />`}
    ${me.role === 'host' && person.status !== 'no_screen' && !person.apart && html`<button class="btn btn--line" type="button" aria-label=${`Ask ${person.name} to rest for a while`} onClick=${() => setAsked('rest')}>Rest</button>`}
    <button class="btn btn--line" type="button" aria-label=${`Remove ${person.name}`} onClick=${() => setAsked('leave')}>Remove</button></span></li>`;
}

const whatRestingIs = (person, stage) => `${person.name} gets a quiet page, and not what is said here, until you bring them back. Chair and turn are kept; the others see nothing of it.${stage.call_url ? ' In the call they still hear the room: say there what you need.' : ''}`;

function AddChair({ store }) {
  const [name, setName] = useState('');
  const box = useRef(null);
  const add = async (event) => {
    event.preventDefault();
    const answer = await store.act('add_seat', { name });
    if (!answer.ok) return;
    setName('');
    box.current?.focus(); // unless it was closed meanwhile; the button rests until there is another name
  };
  return html`
    <form class="form" onSubmit=${add}>
      <div class="field"><label class="field__label" for="noscreen">A chair for somebody without a screen</label>
        <input class="field__box" id="noscreen" ref=${box} maxlength="24" autocomplete="off" value=${name} onInput=${(e) => setName(e.target.value)} />
        <p class="field__hint">For a person who is only in the call. The piece goes round to them too; you let it travel on.</p></div>
      <div class="btns"><button class="btn" type="submit" disabled=${!name.trim()}>Add the chair</button></div>
    </form>
  `;
}
