// @ts-check
/** @import { User } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { onEvent } from '../state/events.js';
import { withProfile } from '../state/people.js';

/**
 * A list of people in a component of its own: it follows their names.
 *
 * @template {User} [T=User]
 * @returns {[T[], (people: T[]) => void]}
 */
export function usePeople() {
  const [people, setPeople] = useState(/** @type {T[]} */ ([]));
  useEffect(
    () =>
      onEvent((event) => {
        if (event.type !== 'user.updated') return;
        const { user } = event;
        setPeople((list) =>
          list.some(({ id }) => id === user.id)
            ? list.map((one) => (one.id === user.id ? withProfile(one, user) : one))
            : list,
        );
      }),
    [],
  );
  return [people, setPeople];
}
