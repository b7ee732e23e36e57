/** The piece has come: what says so is brought into sight, however large the letters are. The focus stays. */
import { useEffect } from '../../vendor/preact-htm.js';

/** `what`: a selector of what says it; `block`: where it is to stand when it was out of sight. */
export function useTurnInSight(mine, what, block) {
  useEffect(() => {
    if (!mine) return undefined;
    scrollTo(0, 0);
    const frame = requestAnimationFrame(() => { // a new step has begun at its top by then
      const place = document.querySelector(what);
      const edge = document.querySelector('.bar')?.getBoundingClientRect().top ?? innerHeight;
      if (place?.getBoundingClientRect().bottom > edge) place.scrollIntoView({ block });
    });
    return () => cancelAnimationFrame(frame);
  }, [mine]);
}
