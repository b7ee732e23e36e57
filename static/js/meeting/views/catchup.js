/** For whoever is let in while something is on: where we are, and that nothing is asked. Once. */
import { html } from '../../vendor/preact-htm.js';
import { clockTime, deviceNow, numberWord } from '../../lib/time.js';
import { kept } from '../../lib/where.js';
import { AgreementsSheet } from './agreements.js';
import { leftMs } from './clockwork.js';
import { Frame } from './frame.js';
import { openHand } from './hand.js';

const GOES_ON = new Set(['live', 'closing', 'break']);
const HERE = {
  still: 'It is a quiet step: nothing is written and nothing is said by name.',
  write: 'People are writing, each for themselves.',
  answer: 'People answer with a word or a line.',
  wall_write: 'People are writing lines without their names.',
  wall_read: 'Lines without names have been written; a host reads them first.',
  wall_show: 'Lines without names are read, together and in quiet.',
  round: 'The talking piece goes round. If it comes to you, you can pass.',
  volunteer: 'Whoever would like to speaks. The others listen.',
  pair: 'People talk two by two. You sit at the table until we are all together again.',
};

const UNNAMED = new Set(['A question from the host', 'A question of your own']);

const key = (meeting) => kept(`came:${meeting}`);

/** Whether this page still has to say where we are; a piece that has come is not kept waiting for it. */
export function mayCatchUp({ store, stage, me, step }) {
  if (!me.came_late || me.role !== 'member' || !GOES_ON.has(stage.phase) || !step || stage.piece?.holder === me.id || store.said.caughtUp) return false;
  try {
    return sessionStorage.getItem(key(store.page.meeting)) === null;
  } catch {
    return true;
  }
}

function comeIn(store) {
  try {
    sessionStorage.setItem(key(store.page.meeting), '1');
  } catch {
    // Then it is said once more after a reload.
  }
  store.remember('caughtUp', true);
}

export function CatchUp(room) {
  const { store, stage, step } = room;
  const onBreak = stage.phase === 'break';
  return html`
    <${Frame} room=${room}>
      <main id="main" class="aside-page">
        <div class="aside-page__say">
          <h1 class="display">Come in.</h1>
          ${onBreak
            ? html`<p>We are having a break${stage.break?.ends_at ? ` until about ${clockTime(stage.break.ends_at)}` : ''}.</p>`
            : html`<p>We are at ${nameOf(step)}. ${HERE[step.part] ?? ''}${howLong(room)}</p>
              ${step.text && html`<p class="said__text is-whole">${step.text}</p>`}`}
          <p class="soft">Nothing is asked of you here. You can listen first; there is nothing to catch up on. <button class="inline" type="button" aria-haspopup="dialog" onClick=${() => store.remember('agreements', true)}>How we are together</button></p>
        </div>
        <div class="aside-page__do">
          <button class="btn btn--act btn--wide" type="button" onClick=${() => comeIn(store)}>To the table</button>
          <button class="btn btn--wide" type="button" aria-haspopup="dialog" onClick=${(event) => openHand(store, event.currentTarget)}>I need a hand</button>
        </div>
      </main>
      ${store.said.agreements && html`<${AgreementsSheet} room=${room} />`}
    <//>
  `;
}

/** A question of a host's own has no name of its own, also not one from an older plan. */
const nameOf = ({ title }) => (UNNAMED.has(title) ? 'a question from the host' : `“${title}”`);

/** Roughly, and only where time is spoken of. */
function howLong({ stage, offset }) {
  const left = leftMs(stage, deviceNow() + offset);
  if (stage.clock_hidden || left === null) return '';
  const minutes = Math.ceil(left / 60000);
  if (minutes <= 1) return ' It is nearly over.';
  return ` It takes about ${numberWord(minutes)} minutes more.`;
}
