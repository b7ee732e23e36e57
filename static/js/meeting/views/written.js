/** A round in writing alone: the words so far, and a box when the piece is with you. */
import { html, useEffect, useRef } from '../../vendor/preact-htm.js';
import { Ring } from '../../draw/ring.js';
import { numberWord } from '../../lib/time.js';
import { Bar } from './bar.js';
import { Box, useDraft } from './box.js';
import { Frame } from './frame.js';
import { FoldedQuestion } from './prompt.js';
import { SaidList } from './said.js';
import { Choices, namesOf, noteFor, passPiece } from './table.js';

export function Written(room) {
  const { store, stage, step, me } = room;
  const { holder, next, name } = namesOf(room);
  const mine = holder === me.id;
  const draft = useDraft(store.page.meeting, step.id);
  const end = useRef(null);
  useEffect(() => end.current?.scrollIntoView({ block: 'nearest' }), [room.said.length]);

  async function handOn() {
    if (draft.text.trim()) {
      const answer = await store.act('say', { step: step.id, text: draft.text, summary: draft.summary });
      if (!answer.ok) return;
      draft.clear();
    }
    await store.act('hand_on', { holder: me.id });
  }
  const where = holder ? `${mine ? 'It is with you' : `With ${name(holder)}`}${next ? `, then ${next}` : ''}` : noteFor(stage.piece, step);
  return html`
    <${Frame} room=${room} className="write write--fits">
      <main id="main" class="page page--round">
        <h1 class="sr">${step.title}</h1>
        <${FoldedQuestion} step=${step} />
        ${!mine && html`<div class="page__table"><${Ring} people=${room.people} youId=${me.id} holderId=${holder} quiet names=${false} /></div>`}
        <p class=${`page__where${holder ? ' is-lit' : ''}`} role="status">${where}</p>
        <div class="page__said">
          <${SaidList} room=${room} />
          ${!room.said.length && html`<p class="soft small">Nobody has written yet. ${holder ? '' : 'Quiet is welcome too.'}</p>`}
          <span ref=${end}></span>
        </div>
        ${mine && html`<${Box} draft=${draft} label="Your words" who="who" short />`}
      </main>
      <section class="send send--column" aria-label="Your turn">
        ${mine && html`<p class="send__who" id="who">Everyone here sees this, with your name. We are ${numberWord(stage.possible)}.</p>
          <label class="row row--small"><input type="checkbox" checked=${draft.summary} onChange=${(e) => draft.allow(e.target.checked)} /><span>May stand, without my name, in the notes afterwards</span></label>`}
        <${Choices} ...${{ room, mine, next, onHandOn: mine ? handOn : null }} />
      </section>
      <${Bar} room=${room} pass=${() => passPiece(room)} />
    <//>
  `;
}
