/** The piece has come: what says so is brought into sight, however large the letters are. The focus stays. */
import { useEffect } from '../../vendor/preact-htm.js';

const SETTLED_MS = 500; // a question has folded by then, and the way to all of it stands below it

/** `what`: a selector of what says it; `block`: where it is to stand when it was out of sight. */
export function useTurnInSight(mine, what, block) {
  useEffect(() => {
    if (!mine) return undefined;
    scrollTo(0, 0);
    let at = null; // whoever has moved the page since is left alone
    const look = () => {
      if (at !== null && at !== scrollY) return;
      const place = document.querySelector(what);
      const edge = document.querySelector('.bar')?.getBoundingClientRect().top ?? innerHeight;
      if (place?.getBoundingClientRect().bottom > edge) place.scrollIntoView({ block });
      at = scrollY;
    };
    const frame = requestAnimationFrame(look); // a new step has begun at its top by then
    const later = setTimeout(look, SETTLED_MS);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(later);
    };
  }, [mine]);
}
