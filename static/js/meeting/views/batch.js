/** Hosts read the unnamed lines before the room does, and may set one aside. They see no writers. */
import { html, useEffect, useRef } from '../../vendor/preact-htm.js';
import { listOf } from '../reducer.js';
import { AnswerLine } from './alone.js';

/** What the desk shows of unnamed lines in this part of the step; nothing in most of them. */
export function Batch({ room }) {
  const { step, stage } = room;
  if (step.part === 'wall_write' && stage.quiet_round) return html`<p class="soft">A quiet round: words wait in people’s pages until you collect, and nobody can look up who wrote what.</p>`;
  if (step.part === 'wall_write') return html`<p class="soft">Lines are held until you read them. Nobody sees how many there are, you included.</p>`;
  if (stage.quiet_round?.collecting) return html`<p class="soft" role="status">The lines are being collected from every page. It takes twelve seconds, so that nobody is known by being quick.</p>`;
  if (step.part === 'wall_read') return html`<${ReadFirst} room=${room} />`;
  if (step.part === 'wall_show') return html`<${OnTheWall} room=${room} />`;
  if (step.sharing === 'unnamed_read') return html`<${ReadAloud} room=${room} />`;
  return null;
}

const inTheirOrder = (lines) => lines.sort((a, b) => (a.id < b.id ? -1 : 1)); // ids are random: no order of arrival

/** Where this reading is remembered; another reading of later lines begins anew. */
const readKey = (stage) => `lines-read:${stage.step.id}:${stage.seq}`;

/** Whether lines wait below the edge of the page: then nothing is shown to the room by one press. */
export function linesAreUnread({ store, stage, step }) {
  return step?.part === 'wall_read' && listOf(store.state, 'batch').length > 0 && !store.said[readKey(stage)];
}

const QUIET_LEAST = 2; // the server shows no line of a quiet round by itself
const standing = (store) => listOf(store.state, 'batch').filter((line) => !line.aside).length;

/** Whether there is nothing to show: no line, or in a quiet round only one. */
export const wallIsEmpty = ({ store, stage, step }) => !stage.quiet_round?.collecting && step?.part === 'wall_read' && (stage.quiet_round ? standing(store) < QUIET_LEAST : listOf(store.state, 'batch').length === 0);

/** Moves the page on by most of what is seen: the last lines stay in sight. */
export function readOn() {
  const script = document.getElementById('main');
  const inside = script.scrollHeight > script.clientHeight + 1;
  (inside ? script : window).scrollBy({ top: (inside ? script.clientHeight : window.innerHeight) * 0.7 });
}

function ReadFirst({ room }) {
  const { store, stage } = room;
  const batch = inTheirOrder(listOf(store.state, 'batch'));
  if (!batch.length) return html`<p class="soft">Nobody has put anything here. Quiet is welcome too. You can go one step back and wait, or show the empty wall.</p>`;
  return html`
    <p class="soft">Only hosts see these now; nobody can see who wrote them. If a line speaks of not wanting to live, speak to the whole room, and point to the numbers under Hand.</p>
    <div role="status">${stage.quiet_round && standing(store) === 1 ? html`<p class="soft">A line is never shown by itself, so this one stays with you. You can put the other back, or collect once more if there is another time.</p>` : null}</div>
    <${LineList} ...${{ store, lines: batch, label: 'Lines to read first' }} />
    <${LastLine} ...${{ store, readKey: readKey(stage) }} />
  `;
}

/** Notes on this page that the end of the lines has been in sight. */
function LastLine({ store, readKey: key }) {
  const end = useRef(null);
  useEffect(() => {
    const seen = (entries) => entries.some((entry) => entry.isIntersecting) && store.remember(key, true);
    const watch = new IntersectionObserver(seen, { rootMargin: '0px 0px -76px 0px' }); // a phone's buttons lie over the edge
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [key]);
  return html`<p class="small soft" ref=${end}>These are all of them.</p>`;
}

function OnTheWall({ room: { store } }) {
  const lines = inTheirOrder(listOf(store.state, 'lines'));
  return html`
    <${LineList} ...${{ store, lines, label: 'Lines on the wall' }} />
    <p><button class="inline" type="button" onClick=${() => store.act('go_back')}>Read any later lines</button></p>
  `;
}

function ReadAloud({ room: { store } }) {
  const lines = inTheirOrder(listOf(store.state, 'lines').filter((line) => line.read_aloud));
  return html`
    <p class="soft">${lines.length ? 'Their writers said these may be read aloud. Slowly, a breath between lines.' : 'No writer asked for a line to be read aloud. A quiet minute does as well.'}</p>
    <${LineList} ...${{ store, lines, label: 'Lines to read aloud' }} />
  `;
}

function LineList({ store, lines, label }) {
  if (!lines.length) return null;
  return html`
    <ol class="poem poem--desk" aria-label=${label}>
      ${lines.map((line) => html`
        <li key=${line.id} class=${line.aside ? 'is-aside' : ''}>
          <p class="poem__line" id=${`line-${line.id}`}>${line.text}</p>
          <div class="poem__host"><button class="poem__aside quiet" type="button" aria-describedby=${`line-${line.id}`} onClick=${() => store.act('set_line_aside', { line: line.id, aside: !line.aside })}>${line.aside ? 'Set aside. Put it back' : 'Set aside'}</button>
            <${AnswerLine} ...${{ store, line }} /></div>
        </li>`)}
    </ol>
  `;
}
