/** Time running short: less for what is on, or a way through what is ahead. What each does is said first. */
import { html } from '../../vendor/preact-htm.js';
import { capital, clockTime, numberWord } from '../../lib/time.js';
import { knockOn } from './clockwork.js';

const MINUTE = 60000;
const LESS = 2; // minutes

export function Time({ room: { store, stage }, drift, close }) {
  const act = (name, data) => {
    close();
    store.act(name, data);
  };
  return html`
    ${drift.words && drift.end && html`<p>${capital(drift.words)}. As it is, we end at ${clockTime(drift.end)}.</p>`}
    <div class="choices">
      <button class="btn choice" type="button" onClick=${() => act('shorten_step', { minutes: LESS })}>Two minutes less here<small>${knockOn(drift, -LESS)}</small></button>
      ${stage.savings.map((way) => html`<button class="btn choice" key=${way.saving} type="button" onClick=${() => act('make_up_time', { saving: way.saving })}>${words(way)}<small>${detail(way, drift)}</small></button>`)}
      <button class="btn choice" type="button" onClick=${() => act('hide_clock', { hidden: !stage.clock_hidden })}>${stage.clock_hidden ? 'Let pages speak of time again' : 'No word of time on anybody’s page'}<small>${stage.clock_hidden ? 'They say when about a minute is left for writing.' : 'Yours keeps its clock.'}</small></button>
      ${stage.made_up && html`<button class="btn btn--line" type="button" onClick=${() => act('take_time_back')}>Leave the plan as it was</button>`}
    </div>
    <p class="small soft">The closing and the landing after a tender step stay, whatever you choose.</p>
  `;
}

function words({ saving, dropped }) {
  if (saving === 'drop') return `Leave out: ${dropped.join(', ')}`;
  return saving === 'shorten' ? 'Shorten what is ahead, a little each' : 'Go to the closing after this';
}

function detail({ minutes }, drift) {
  const saved = minutes === 1 ? 'A minute less' : `${capital(numberWord(minutes))} minutes less`;
  return `${saved}: we end at ${clockTime(drift.end - minutes * MINUTE)}.`;
}
