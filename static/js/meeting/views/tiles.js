/** Tiles to tap: for oneself alone, or into the answer one sends by name. There is no total and no result. */
import { html } from '../../vendor/preact-htm.js';
import { Bar } from './bar.js';
import { Frame } from './frame.js';
import { Question } from './prompt.js';

const BETWEEN = ', ';

/** Tiles beside the box of an answer: each press puts its words into the answer, or takes them out again. */
export function TilesInto({ tiles, draft }) {
  const words = draft.text.split(BETWEEN).filter(Boolean);
  const toggle = (tile) => draft.set((words.includes(tile) ? words.filter((one) => one !== tile) : [...words, tile]).join(BETWEEN));
  return html`
    <div class="needs" role="group" aria-label="Tap any">
      ${tiles.map((tile) => html`<button class="btn needs__one" key=${tile} type="button" aria-pressed=${words.includes(tile)} onClick=${() => toggle(tile)}>${tile}</button>`)}
    </div>
  `;
}

export function Tiles(room) {
  const { store, step } = room;
  const on = store.said[`tiles:${step.id}`] ?? [];
  const toggle = (tile) => store.remember(`tiles:${step.id}`, on.includes(tile) ? on.filter((one) => one !== tile) : [...on, tile]);
  return html`
    <${Frame} room=${room}>
      <main id="main" class="still">
        <${Question} store=${store} step=${step} />
        <div class="tiles" role="group" aria-label="Tap any">
          ${step.tiles.map((tile) => html`<button class="btn" type="button" aria-pressed=${on.includes(tile)} onClick=${() => toggle(tile)}>${tile}</button>`)}
        </div>
        <p class="small soft">Only you see what you tap. It is not sent.</p>
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}
