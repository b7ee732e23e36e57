/** Ten minutes for whoever hosted. Nothing leaves the page unless it is kept as a file on this device. */
import { html, useState } from '../../vendor/preact-htm.js';
import { saveOnDevice } from '../drafts.js';
import { useStay } from './stay.js';

export function Debrief({ questions }) {
  const [answers, setAnswers] = useState(() => questions.map(() => ''));
  const write = (at, text) => setAnswers(answers.map((answer, i) => (i === at ? text : answer)));
  const [kept, setKept] = useState('');
  const words = asText(questions, answers);
  useStay(() => words !== '' && words !== kept);
  const keep = () => {
    saveOnDevice(words, 'debrief.txt');
    setKept(words);
  };
  return html`
    <details class="debrief">
      <summary>Ten minutes for the hosts</summary>
      <p class="soft">For the two of you, or for yourself alone: how it was to host, and nothing about anyone who came. Reading the questions is enough.</p>
      <form class="form" onSubmit=${(event) => event.preventDefault()}>
        ${questions.map((question, at) => html`<div class="field" key=${at}><label class="field__label" for=${`debrief-${at}`}>${question}</label>
          <textarea class="field__box" id=${`debrief-${at}`} rows="2" autocomplete="off" value=${answers[at]} onInput=${(e) => write(at, e.target.value)}></textarea></div>`)}
        <p class="field__hint">Nothing is sent or stored. What you write is only on this page, and goes with it.</p>
        <div class="btns"><button class="btn" type="button" disabled=${!words} onClick=${keep}>Keep as a file</button></div>
      </form>
    </details>
  `;
}

/** Only questions that were answered. */
const asText = (questions, answers) =>
  questions.flatMap((question, at) => (answers[at].trim() ? [`${question}\n${answers[at].trim()}\n`] : [])).join('\n');
