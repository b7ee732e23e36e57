/** Advice for hosts: one quiet card, never red, never followed by itself. Help comes first. */
import { html, useState } from '../../vendor/preact-htm.js';
import { numberWord } from '../../lib/time.js';
import { runOfStep } from './clockwork.js';
import { Sheet } from './sheet.js';
import { whoWaitsForAWord } from './words.js';

const minutes = (n) => (n === 1 ? 'one minute' : `${numberWord(n)} minutes`);

export function AdviceCard({ room, openMore }) {
  const { store, stage } = room;
  const card = stage.advice;
  const known = card && store.page.advice.find(({ id }) => id === card.id);
  if (!known || whoWaitsForAWord(room).length) return html`<div role="status"></div>`;
  const putAway = () => store.act('put_card_away', { card: card.key });
  const follow = () => {
    FOLLOW[known.act]({ store, openMore });
    putAway();
  };
  return html`<div role="status"><div class="card advice" key=${card.key}>
    <p>${known.say.replace('{n}', minutes(card.number))}</p>
    <div class="btns">
      ${known.act && html`<button class="btn" type="button" onClick=${follow}>${known.offer}</button>`}
      <button class="btn btn--line" type="button" onClick=${putAway}>Put away</button>
    </div></div></div>`;
}

const FOLLOW = {
  break: ({ store }) => store.act('start_break', { minutes: 5 }),
  time: ({ openMore }) => openMore('time'),
  ground: ({ openMore }) => openMore('put'),
};

/** Next, with one question where a landing after a tender step has hardly begun: {ask, sheet}. */
export function useLanding(stage, now) {
  const [asking, setAsking] = useState(null);
  return {
    /** Goes on, or asks first. */
    before(go) {
      if (stage.landing && runOfStep(stage, now) < 0.5) setAsking(() => go);
      else go();
    },
    sheet: asking && html`<${SkipLanding} go=${asking} close=${() => setAsking(null)} />`,
  };
}

function SkipLanding({ go, close }) {
  const skip = () => {
    close();
    go();
  };
  return html`
    <${Sheet} title="Skip the landing?" close=${close}>
      <p>The step before was tender. This is where people come down from it.</p>
      <div class="choices">
        <button class="btn btn--act" type="button" onClick=${close}>Keep it</button>
        <button class="btn" type="button" onClick=${skip}>Skip it, I have a reason</button>
      </div>
    <//>
  `;
}
