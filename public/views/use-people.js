// @ts-check
/** @import { User } from '../../src/protocol/resources.ts' */
import { useEffect, useState } from 'preact/hooks';
import { onEvent } from '../state/events.js';
import { withProfile } from '../state/people.js';

/**
 * A component's own list of people, which follows changes of their names and colours.
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
