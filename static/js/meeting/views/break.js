/** The break: a window with the sky of your hour. The countdown only if tapped. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { BreakWindow } from '../../draw/window.js';
import { ringBell } from '../../lib/bell.js';
import { capital, clockTime, minutesInWords, numberWord, secondsLeft } from '../../lib/time.js';
import { Bar } from './bar.js';
import { Frame } from './frame.js';
import { NeedsButton } from './needs.js';

export function Break(room) {
  const { stage, step, store } = room;
  const { ends_at: endsAt, rang } = stage.break;
  const text = step?.kind === 'break' && step.text ? step.text : 'Water, window, nothing at all. This page says when we begin again.';
  return html`
    <${Frame} room=${room} className="break">
      <main id="main" class="break__in">
        <${BreakWindow} />
        <div class="break__say">
          <h1 class="display">${rang ? 'We are coming back.' : `Back at ${clockTime(endsAt)}.`}</h1>
          <p>${rang ? `Come to the table when you are ready. ${stage.host || 'The host'} begins again in a moment.` : text}</p>
          <${Bell} store=${store} />
          <p class="soft" role="status">${company(stage, room.me)}</p>
          <div class="btns">
            ${!room.me.back && html`<button class="btn btn--act" type="button" onClick=${() => store.act('am_back')}>I am back</button>`}
            <${NeedsButton} />
          </div>
          <p class="break__more">
            ${!rang && html`<${MinutesLeft} endsAt=${endsAt} offset=${room.offset} />`}
          </p>
        </div>
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}

/** Visible company: how many chairs there are, whoever has come back to theirs. */
function company(stage, me) {
  const here = stage.possible > 1 ? `${capital(numberWord(stage.possible))} of us tonight.` : '';
  return me.back ? `Good that you are here. ${here}` : here;
}

/** What is on, in words. Rings once, very softly, when it is turned on: browsers let a page sound only from a touch. */
function Bell({ store }) {
  const on = Boolean(store.said.sound);
  const turn = () => {
    if (!on) ringBell(0.02);
    store.remember('sound', !on);
  };
  return html`<p class="break__bell small"><span role="status">${on ? 'A soft bell rings here when we begin again.' : 'This page is silent until you turn its bell on.'}</span>
    <button class="quiet" type="button" onClick=${turn}>${on ? 'Turn the bell off' : 'Turn the bell on'}</button></p>`;
}

function MinutesLeft({ endsAt, offset }) {
  const [open, setOpen] = useState(false);
  const [, tick] = useState(0);
  useEffect(() => {
    if (!open) return undefined;
    const timer = setInterval(() => tick((n) => n + 1), 10000);
    return () => clearInterval(timer);
  }, [open]);
  const words = open ? minutesInWords(secondsLeft(endsAt, offset)) : 'Minutes left';
  return html`<button class="quiet" type="button" aria-expanded=${open} onClick=${() => setOpen(!open)}>${words}</button>`;
}
