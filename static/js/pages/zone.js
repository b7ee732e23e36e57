/** Pages that ask for a clock: the device knows its own, and the person can change it. */
import './plain.js';
import { all } from '../lib/dom.js';

/** The device's IANA zone, "" where the browser does not say. */
function ownZone() {
  try {
    return Intl.DateTimeFormat().resolvedOptions().timeZone || '';
  } catch {
    return '';
  }
}

const zone = ownZone();
if (zone) {
  all('[data-zone="guess"]').forEach((box) => {
    box.value = zone;
  });
}
