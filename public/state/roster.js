// @ts-check
/** @import { Member, Role, User } from '../../src/protocol/resources.ts' */
/** @import { ReadonlySignal, Signal } from '@preact/signals-core' */
import { batch, computed, signal } from '@preact/signals-core';
import { personById, withLatestProfile, withProfile } from './people.js';
import { api } from './client.js';

/** How long one `typing` event holds; a client that goes on typing repeats it within that time. */
const TYPING_MS = 5_000;
const PAGE = 200;

/** @typedef {Omit<Member, 'role'> & { role: Role | null }} Person `role` is null while only their presence is known */

/** Who belongs to a room, who of them is here, and who is typing. */
export class Roster {
  #roomId;
  /** @type {Signal<ReadonlyMap<string, Person>>} */
  #people = signal(new Map());
  /** @type {Signal<ReadonlyMap<string, User>>} */
  #typing = signal(new Map());
  /** Whether the first page of members is there. */
  #isLoaded = signal(false);
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #typingTimers = new Map();
  /** @type {Set<string> | null} whose membership has changed while a page of members is being loaded */
  #changed = null;

  /** @type {ReadonlySignal<Person[]>} */
  all = computed(() => [...this.#people.value.values()]);
  online = computed(() => this.#sorted(true));
  offline = computed(() => this.#sorted(false));
  /** @type {ReadonlySignal<User[]>} */
  typing = computed(() => [...this.#typing.value.values()]);
  /** @type {Signal<string | null>} the cursor of the next page of members, if there is one */
  nextPage = signal(null);

  /** @param {string} roomId */
  constructor(roomId) {
    this.#roomId = roomId;
  }

  /** @param {string} [cursor] of the page to load, the first one without it */
  async load(cursor) {
    this.#changed = new Set();
    try {
      const page = await api.listMembers(this.#roomId, { cursor, limit: PAGE });
      this.#add(page.users);
      this.nextPage.value = page.nextCursor;
      this.#isLoaded.value = true;
    } catch {
      // Whoever is online is known from the socket; the others appear with the next load.
    }
  }

  /** @param {Member[]} members a page of them */
  #add(members) {
    const people = new Map(this.#people.peek());
    for (const member of members) {
      // An event that arrived while the page was under way is newer than the page.
      if (this.#changed?.has(member.id)) continue;
      // So is presence, which the socket delivers.
      const online = people.get(member.id)?.online ?? member.online;
      people.set(member.id, withLatestProfile({ ...member, online }));
    }
    this.#changed = null;
    this.#people.value = people;
  }

  /** @param {User} user whose name or colour has changed */
  updateUser(user) {
    const person = this.#people.peek().get(user.id);
    const typist = this.#typing.peek().get(user.id);
    batch(() => {
      if (person)
        this.#people.value = new Map(this.#people.peek()).set(user.id, withProfile(person, user));
      if (typist) this.#typing.value = new Map(this.#typing.peek()).set(user.id, user);
    });
  }

  /** @param {User[]} users everybody who is here; all others are offline */
  setOnline(users) {
    const people = new Map(this.#people.peek());
    for (const [id, person] of people) people.set(id, { ...person, online: false });
    for (const user of users)
      people.set(user.id, { role: people.get(user.id)?.role ?? null, ...user, online: true });
    this.#people.value = people;
  }

  /**
   * @param {User} user
   * @param {{ role?: Role, online?: boolean }} change
   */
  update(user, change) {
    if (change.role) this.#changed?.add(user.id);
    const known = this.#people.peek().get(user.id);
    const person = { role: null, online: false, ...known, ...user, ...change };
    this.#people.value = new Map(this.#people.peek()).set(user.id, person);
    if (!person.online) this.stoppedTyping(user.id);
  }

  /**
   * Returns whether somebody who has written here is a bot. Loads those who are not among the members that are loaded,
   * as far as they are not known.
   *
   * @param {string} userId
   */
  isBot(userId) {
    const member = this.#people.value.get(userId);
    if (member) return member.isBot;
    return (this.#isLoaded.value && personById(userId)?.isBot) ?? false;
  }

  clear() {
    this.#people.value = new Map();
    this.nextPage.value = null;
  }

  /** @param {string} userId */
  remove(userId) {
    this.#changed?.add(userId);
    this.#people.value = without(this.#people.peek(), userId);
    this.stoppedTyping(userId);
  }

  /** @param {User} user */
  startedTyping(user) {
    clearTimeout(this.#typingTimers.get(user.id));
    this.#typingTimers.set(
      user.id,
      setTimeout(() => this.stoppedTyping(user.id), TYPING_MS),
    );
    if (!this.#typing.peek().has(user.id))
      this.#typing.value = new Map(this.#typing.peek()).set(user.id, user);
  }

  /** @param {string} userId */
  stoppedTyping(userId) {
    if (!this.#typing.peek().has(userId)) return;
    clearTimeout(this.#typingTimers.get(userId));
    this.#typing.value = without(this.#typing.peek(), userId);
  }

  /** @param {boolean} online */
  #sorted(online) {
    return [...this.#people.value.values()]
      .filter((person) => person.online === online)
      .toSorted((a, b) => a.name.localeCompare(b.name));
  }
}

/**
 * @template T
 * @param {ReadonlyMap<string, T>} map
 * @param {string} key
 */
function without(map, key) {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
