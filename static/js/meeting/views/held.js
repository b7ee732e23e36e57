/** No host can be reached: the clocks rest. After ten minutes, a goodbye with the numbers. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { secondsLeft } from '../../lib/time.js';
import { Bar } from './bar.js';
import { Frame } from './frame.js';

const GOODBYE_AFTER_S = 600;

export function Held(room) {
  const { stage } = room;
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 15000);
    return () => clearInterval(timer);
  }, []);
  const long = -secondsLeft(stage.held_at, room.offset) > GOODBYE_AFTER_S;
  return html`
    <${Frame} room=${room}>
      <main id="main" class="aside-page">
        <div class="aside-page__say">
          <h1 class="display">${long ? 'We end here for tonight.' : 'A quiet moment.'}</h1>
          ${long
            ? html`<p>${stage.host || 'The host'} did not come back to the line. Nothing you did caused it. You will hear from the circle.</p>
                <p>Tonight, be plain and kind to yourself: food, water, bed, someone who is easy to be with. Numbers are under Hand.</p>`
            : html`<p>You can stay with what was last said, or look around the room you are in.</p>
                ${stage.call_url && html`<p class="soft">If you are in the call, it may go on.</p>`}`}
        </div>
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}
