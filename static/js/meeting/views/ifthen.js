/** Prepared answers for hard moments. They came with the hosts' page; nothing is asked of the server. */
import { html } from '../../vendor/preact-htm.js';

export function IfThen({ room: { store } }) {
  return html`
    <dl class="ifthen">
      ${store.page.cards.map(({ when, say, do: doing }) => html`
        <dt>If ${when}</dt>
        <dd>${doing && html`<span class="soft">${doing} </span>`}${say && html`<span class="ifthen__say">${say}</span>`}</dd>`)}
    </dl>
  `;
}
