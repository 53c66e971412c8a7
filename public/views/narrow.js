// @ts-check
import { signal } from '@preact/signals';

/** As in styles/layout.css: below this width there is one pane at a time. */
const query = matchMedia('(width < 46rem)');

/** Whether one pane is visible at a time. */
export const isNarrow = signal(query.matches);

query.addEventListener('change', ({ matches }) => {
  isNarrow.value = matches;
});
