// @ts-check
/** @import { Member, Role, User } from '../../src/protocol/resources.ts' */
/** @import { ReadonlySignal, Signal } from '@preact/signals-core' */
import { batch, computed, signal } from '@preact/signals-core';
import { asNow, withNewLook } from './people.js';

/** How long one `typing` holds; a client that goes on typing says so again within that time. */
const TYPING_MS = 5_000;

/** @typedef {Omit<Member, 'role'> & { role: Role | null }} Person `role` is null while only their presence is known */

/** Who belongs to a room, who of them is here, and who is typing. */
export class Roster {
  /** @type {Signal<ReadonlyMap<string, Person>>} */
  #people = signal(new Map());
  /** @type {Signal<ReadonlyMap<string, User>>} */
  #typing = signal(new Map());
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #typingTimers = new Map();

  /** @type {ReadonlySignal<Person[]>} */
  all = computed(() => [...this.#people.value.values()]);
  online = computed(() => this.#sorted(true));
  offline = computed(() => this.#sorted(false));
  /** @type {ReadonlySignal<User[]>} */
  typing = computed(() => [...this.#typing.value.values()]);

  /** @type {Set<string> | null} whose membership events have changed while a page of members is being loaded */
  #changed = null;

  /** A page of members was asked for: events that come before it is added are fresher. */
  expect() {
    this.#changed = new Set();
  }

  /** @param {Person[]} members a page of them */
  add(members) {
    const people = new Map(this.#people.peek());
    for (const member of members) {
      if (this.#changed?.has(member.id)) continue;
      // Presence on the socket is fresher than a list that was fetched meanwhile.
      const online = people.get(member.id)?.online ?? member.online;
      people.set(member.id, asNow({ ...member, online }));
    }
    this.#changed = null;
    this.#people.value = people;
  }

  /** @param {User} user who has another name or colour */
  updateUser(user) {
    const person = this.#people.peek().get(user.id);
    const typist = this.#typing.peek().get(user.id);
    batch(() => {
      if (person)
        this.#people.value = new Map(this.#people.peek()).set(user.id, withNewLook(person, user));
      if (typist) this.#typing.value = new Map(this.#typing.peek()).set(user.id, user);
    });
  }

  /** @param {User[]} users everybody who is here, and nobody else is */
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

  clear() {
    this.#people.value = new Map();
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
