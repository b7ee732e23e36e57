/** A round in writing alone: the words so far, and a box when the piece is with you. */
import { html, useEffect, useRef, useState } from '../../vendor/preact-htm.js';
import { Ring } from '../../draw/ring.js';
import { numberWord } from '../../lib/time.js';
import { readDraft } from '../drafts.js';
import { Bar } from './bar.js';
import { Box, Consent, useDraft } from './box.js';
import { Frame } from './frame.js';
import { isTooLong } from './howlong.js';
import { Question } from './prompt.js';
import { SaidList } from './said.js';
import { Choices, namesOf, noteFor, passPiece } from './choices.js';
import { useTurnInSight } from './turnsight.js';

const NEAR_THE_END_PX = 160;

/** A key of its own: what was written for oneself in this step never lies ready to be sent to everybody. */
export const saidKey = (step) => `${step.id}:said`;

export function Written(room) {
  const { store, step, stage, me } = room;
  const { holder } = namesOf(room);
  const draft = useDraft(store.page.meeting, saidKey(step));
  const mine = holder === me.id;
  useTurnInSight(mine, '.page__where', 'start');
  return html`
    <${Frame} room=${room}>
      <main id="main" class=${`page page--round${mine ? ' is-mine' : ''}`}>
        <${Question} store=${store} step=${step} short />
        ${mine ? html`<${Mine} ...${{ room, draft }} />` : html`<${Theirs} room=${room} />`}
        ${!mine && stage.piece.open && html`<div class="page__foot"><${Choices} ...${{ room, mine, next: '' }} /></div>`}
      </main>
      <${Bar} room=${room} pass=${() => passPiece(room)} />
    <//>
  `;
}

function Where({ room }) {
  const { holder, next, name } = namesOf(room);
  const who = holder === room.me.id ? 'It is with you' : `With ${name(holder)}`;
  const words = holder ? `${who}${next ? `, then ${next}` : ''}` : noteFor(room.stage.piece, room.step);
  return html`<p class=${`page__where${holder ? ' is-lit' : ''}`} role="status">${words}</p>`;
}

/** The piece is elsewhere: a small table, and what was said. */
function Theirs({ room }) {
  const { people, me, said } = room;
  const end = useRef(null);
  useEffect(() => {
    // Whoever has scrolled up to read again stays there.
    const below = document.documentElement.scrollHeight - scrollY - innerHeight;
    if (said.length > 1 && below < NEAR_THE_END_PX) end.current?.scrollIntoView({ block: 'nearest' });
  }, [said.length]);
  return html`
    <div class="page__table"><${Ring} people=${people} youId=${me.id} holderId=${namesOf(room).holder} quiet names=${false} /></div>
    <${Where} room=${room} />
    <${SaidList} room=${room} />
    <span class="page__end" ref=${end}></span>
  `;
}

/** The piece is here: the box first, what was said below it. */
function Mine({ room, draft }) {
  const { store, stage, step, me } = room;
  const { next } = namesOf(room);
  const forMyself = readDraft(store.page.meeting, step.id);
  const still = stage.piece.silent || store.lane() === 'listening'; // then there is nothing to write
  const [busy, setBusy] = useState(false); // on a lost line the words wait: a second press sends nothing twice

  async function handOn() {
    setBusy(true);
    if (await sayFirst()) await store.act('hand_on', { holder: me.id });
    setBusy(false);
  }
  async function sayFirst() {
    if (still || !draft.text.trim()) return true;
    const answer = await store.act('say', { step: step.id, text: draft.text, summary: draft.summary });
    if (answer.ok) draft.clear();
    return answer.ok;
  }
  return html`
    <${Where} room=${room} />
    ${!still && html`
      <${Box} draft=${draft} label="Your words" who="who" />
      ${forMyself && !draft.text && html`<p class="page__own"><button class="quiet" type="button" onClick=${() => draft.set(forMyself)}>Use what I wrote for myself</button></p>`}`}
    <section class="send send--column" aria-label="Your turn">
      ${!still && html`<p class="send__who" id="who"><b>Everyone here sees this,</b> with your name. We are ${numberWord(stage.possible)}.</p>
        <div class="send__detail"><${Consent} on=${draft.summary} change=${draft.allow}>May stand, without my name, in the notes afterwards<//></div>`}
      <${Choices} ...${{ room, mine: true, next, onHandOn: handOn, busy: busy || (!still && isTooLong(draft.text)), sends: Boolean(draft.text.trim()) && !still }} />
    </section>
    <${SaidList} room=${room} />
  `;
}
