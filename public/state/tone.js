// @ts-check
import { signal } from '@preact/signals-core';
import { readSetting, storeSetting } from './device-settings.js';

const SETTING = 'charla.sound';

/** Alerts that arrive together make one tone, in one of the open pages. */
const PAUSE_MS = 1_000;
/** Two soft notes, a fourth apart, in Hz. */
const NOTES = [659.3, 880];
const NOTE_S = 0.13;
const FADE_S = 0.45;
const VOLUME = 0.12;

/** Whether alerts on this device come with a sound. */
export const soundOn = signal(readSetting(SETTING) !== 'off');

/** @param {boolean} wanted */
export function setSound(wanted) {
  storeSetting(SETTING, wanted ? 'on' : 'off');
  soundOn.value = wanted;
  if (wanted) void playTone();
}

/** Whether there would be a sound now: browsers want a click or a key first. */
export const canSound = () => soundOn.value && (navigator.userActivation?.hasBeenActive ?? false);

/** Plays the tone, if the user wants one. */
export async function playTone() {
  if (!canSound()) return;
  await navigator.locks?.request('charla.tone', { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    const context = new AudioContext();
    NOTES.forEach((frequency, index) => note(context, frequency, index * NOTE_S));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    await context.close();
  });
}

/**
 * @param {AudioContext} context
 * @param {number} frequency
 * @param {number} delay
 */
function note(context, frequency, delay) {
  const start = context.currentTime + delay;
  const volume = context.createGain();
  volume.gain.setValueAtTime(0, start);
  // A sudden start would click.
  volume.gain.linearRampToValueAtTime(VOLUME, start + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + FADE_S);
  volume.connect(context.destination);
  const tone = new OscillatorNode(context, { frequency });
  tone.connect(volume);
  tone.start(start);
  tone.stop(start + FADE_S);
}
