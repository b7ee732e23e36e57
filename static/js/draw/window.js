/** The window of the break: the sky of the local hour, roofs across the road, a cup on the sill. */
import { html } from '../vendor/preact-htm.js';
import { skyAt } from '../lib/time.js';

const NARROW = {
  name: 'narrow',
  width: 312,
  height: 372,
  clouds: [
    'M30 129Q75 114.6 112.5 120.9T180 128.1Q120 135.3 30 129Z',
    'M-10 144Q23 132.8 50.5 137.7T100 143.3Q56 148.9 -10 144Z',
    'M170 215Q224 200.6 269 206.9T350 214.1Q278 221.3 170 215Z',
  ],
  far: 'M0 372V300L44 274 84 298V286H96V304L150 276 214 306V372ZM226 372V292L276 266 312 284V372Z',
  near: 'M0 372V338H100L136 360V372ZM62 338V310H78V338ZM168 372V340L206 308 248 342V372ZM240 372V330H312V372Z',
  wires: ['M0 226Q100 252 206 236T312 214', 'M206 238V312'],
  bird: 'M117 240q2-7 9-7q2-4 6-3l4 2-4 1q0 6-6 8l-3 1-9 4z',
  bars: 'M8 134H304M156 8V372',
  lit: 'M16 137.8H296M16.5 372V16.5H296',
  cup: 'translate(220 372) scale(0.9)',
};

const WIDE = {
  name: 'wide',
  width: 640,
  height: 470,
  clouds: [
    'M60 161Q129 143.4 186.5 151.1T290 159.9Q198 168.7 60 161Z',
    'M20 178Q65 165.2 102.5 170.8T170 177.2Q110 183.6 20 178Z',
    'M360 105Q417 90.6 464.5 96.9T550 104.1Q474 111.3 360 105Z',
    'M420 260Q498 244 563 251T680 259Q576 267 420 260Z',
  ],
  far:
    'M0 470V370L70 336 132 366V350H150V374L230 330 330 378V470Z' +
    'M420 470V352L500 316 590 356V338H606V362L640 372V470Z',
  near:
    'M0 470V430L40 412H210L262 438V470ZM120 412V380H140V412ZM300 470V420L356 372 420 422V470Z' +
    'M446 470V404H640V470ZM560 404V366H582V404Z',
  wires: ['M0 286Q180 318 360 296T640 262', 'M0 298Q180 330 360 306T640 276', 'M360 300V374'],
  bird: 'M229 304q2-7 9-7q2-4 6-3l4 2-4 1q0 6-6 8l-3 1-9 4z',
  bars: 'M8 169H632M216 8V470M424 8V470',
  lit: 'M16 172.8H624M16.5 470V16.5H624',
  cup: 'translate(536 470) scale(1.15)',
};

/**
 * The figure of the break page. `hour` is the local hour 0 to 23 (this device's clock by default):
 * it colours the sky. Both shapes are drawn; CSS shows the one that fits.
 */
export function BreakWindow({ hour = new Date().getHours() }) {
  return html`
    <figure class="break__window" data-sky=${skyAt(hour)}>
      <${Pane} ...${NARROW} />
      <${Pane} ...${WIDE} />
      <div class="sill"></div>
    </figure>
  `;
}

function Pane({ name, width, height, clouds, far, near, wires, bird, bars, lit, cup }) {
  const sky = `sky-${name}`;
  const glass = `glass-${name}`;
  return html`
    <svg
      class=${`win--${name}`}
      viewBox=${`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMax meet"
      aria-hidden="true"
      focusable="false"
    >
      <defs>
        <linearGradient id=${sky} x1="0" y1="0" x2="0" y2="1">
          <stop class="sky-1" offset="0" /><stop class="sky-2" offset=".36" />
          <stop class="sky-3" offset=".64" /><stop class="sky-4" offset=".84" />
        </linearGradient>
        <clipPath id=${glass}><rect x="8" y="8" width=${width - 16} height=${height - 8} /></clipPath>
      </defs>
      <g clip-path=${`url(#${glass})`}>
        <rect width=${width} height=${height} fill=${`url(#${sky})`} />
        <g class="drift">${clouds.map((d) => html`<path class="cloud" d=${d} />`)}</g>
        <path class="roof-1" d=${far} />
        <path class="roof-2" d=${near} />
        ${wires.map((d) => html`<path class="wire" d=${d} />`)}
        <path class="roof-2" d=${bird} />
      </g>
      <path class="frame" stroke-width="16" d=${`M8 ${height}V8H${width - 8}V${height}`} />
      <path class="frame" stroke-width="7" d=${bars} />
      <path class="frame-lit" stroke-width="1.5" d=${lit} />
      <g transform=${cup}>
        <path class="cup-ear" d="M34-34q17-3 16 11t-20 11" />
        <path class="cup" d="M-4-44H38L34-8Q33 0 25 0H9Q1 0 0-8Z" />
      </g>
    </svg>
  `;
}
