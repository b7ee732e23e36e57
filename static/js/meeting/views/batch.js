/** Hosts read the unnamed lines before the room does, and may set one aside. They see no writers. */
import { html } from '../../vendor/preact-htm.js';
import { listOf } from '../reducer.js';

export function Batch({ room }) {
  const { store, step } = room;
  if (step.part === 'wall_write') {
    return html`<p class="soft">Lines are held until you read them. Nobody sees how many there are, you included.</p>`;
  }
  if (step.part === 'wall_read') {
    const batch = listOf(store.state, 'batch').sort((a, b) => (a.id < b.id ? -1 : 1));
    return html`
      ${batch.length === 0
        ? html`<p class="soft">Nobody has put anything here. Quiet is welcome too. You can go back and wait, or show the empty wall.</p>`
        : html`<p class="soft">Read them first. Only hosts see them now; nobody can see who wrote them. If a line speaks of not wanting to live, speak to the whole room, and point to the numbers under Hand.</p>`}
      <${LineList} ...${{ store, lines: batch, label: 'Lines to read first' }} />
    `;
  }
  if (step.part === 'wall_show' || step.sharing === 'unnamed_read') {
    const lines = listOf(store.state, 'lines')
      .filter((line) => step.sharing !== 'unnamed_read' || line.read_aloud)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return html`
      ${step.sharing === 'unnamed_read' && html`<p class="soft">${lines.length ? 'Their writers said these may be read aloud. Slowly, a breath between lines.' : 'No writer asked for a line to be read aloud. A quiet minute does as well.'}</p>`}
      <${LineList} ...${{ store, lines, label: 'Lines on the wall' }} />
      ${step.part === 'wall_show' && html`<p><button class="inline" type="button" onClick=${() => store.act('go_back')}>Read any later lines</button></p>`}
    `;
  }
  return null;
}

function LineList({ store, lines, label }) {
  if (!lines.length) return null;
  return html`
    <ol class="poem poem--desk" aria-label=${label}>
      ${lines.map((line) => html`
        <li key=${line.id} class=${line.aside ? 'is-aside' : ''}>
          <p class="poem__line">${line.text}</p>
          <button class="poem__aside quiet" type="button" onClick=${() => store.act('set_line_aside', { line: line.id, aside: !line.aside })}>${line.aside ? 'Set aside. Put it back' : 'Set aside'}</button>
        </li>`)}
    </ol>
  `;
}
