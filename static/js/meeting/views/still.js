/** Something to read, hear or be quiet with: nothing to answer. Slow lines come one by one. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { deviceNow, minutesInWords } from '../../lib/time.js';
import { AgreementsList, Yes } from './agreements.js';
import { Bar } from './bar.js';
import { ranForSeconds } from './clockwork.js';
import { Frame } from './frame.js';
import { OneByOne } from './onebyone.js';
import { Pacer } from './pacer.js';
import { Question } from './prompt.js';

/** Where a circle writes, a host's reading reaches no page, and no line is shown that was not allowed to be. */
const NOT_HEARD = 'There is no call tonight. Unless you sit in one room nothing is heard now: a host reads the lines in quiet, and your page rests. Nothing is asked of you.';

export function Still(room) {
  const { stage, step, store } = room;
  const hidden = store.said[`hidden:${step.id}`];
  return html`
    <${Frame} room=${room}>
      <main id="main" class=${`still${step.lines.length || step.one_by_one?.length || step.kind === 'agreements' ? ' still--reads' : ''}`}>
        ${step.kind === 'agreements'
          ? html`<div><h1 class="prompt">${step.text || 'How we are together'}</h1></div><${AgreementsList} stage=${stage} />
              <p class="small soft">If something does not fit, tell us: in the room, or privately under Hand.</p>
              <div class="still__yes"><${Yes} ...${{ store, stage, me: room.me }} /></div>`
          : html`<${Question} ...${{ store, step, short: Boolean(step.pace) }} />`}
        ${step.sharing === 'unnamed_read' && !stage.call_url && html`<p class="soft">${NOT_HEARD}</p>`}
        ${step.lines.length > 0 && html`<div><button class="quiet" type="button" onClick=${() => store.remember(`hidden:${step.id}`, !hidden)}>${hidden ? 'Show the lines' : 'Hide the lines and listen'}</button></div>`}
        ${step.lines.length > 0 && !hidden && html`<${SlowLines} ...${room} />`}
        ${step.one_by_one?.length > 0 && html`<${OneByOne} lines=${step.one_by_one} />`}
        ${step.pace && html`<${Pacer} ...${room} />`}
        ${step.non_body && html`<p class="small soft">Another way: ${step.non_body}</p>`}
        ${step.kind === 'silence' && html`<p class="small soft">${minutesInWords(step.minutes * 60).replace('.', '')} of quiet. You can look at the window or at nothing.</p>`}
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}

/** Which lines have come by now, by the server's clock: the same on every screen. */
export function linesDue(lines, secondsIn) {
  let at = 0;
  let due = 0;
  for (const line of lines) {
    if (secondsIn < at) break;
    due += 1;
    at += line.pause_s;
  }
  return due;
}

function SlowLines({ stage, step, offset }) {
  const secondsIn = () => ranForSeconds(stage, deviceNow() + offset);
  const [due, setDue] = useState(() => linesDue(step.lines, secondsIn()));
  useEffect(() => {
    const timer = setInterval(() => setDue(linesDue(step.lines, secondsIn())), 500);
    return () => clearInterval(timer);
  }, [step.id, stage.ran_from, stage.stopped_at, offset]);
  return html`<ol class="slow" aria-live="polite">${step.lines.slice(0, due).map((line, at) => html`<li key=${at}>${line.text}</li>`)}</ol>`;
}
