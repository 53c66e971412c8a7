// @ts-check
import { qualified } from '../shared/emoji.js';
import { Problem, useAction } from './use-action.js';
import { Dialog } from './dialog.js';
import { useForm, Field, FormError } from './forms.js';
import { html } from './html.js';

/** What a reaction mostly is; the others are a click further. */
export const QUICK = ['👍', '❤️', '😂', '🎉', '😮', '😢'];

/** What else there is to choose from, each between spaces. */
export const GROUPS = {
  Faces:
    '😀 😄 😅 🤣 😊 😇 🙂 😉 😍 😘 😋 😎 🤓 🤔 🤨 😐 🙄 😏 😴 🤤 😷 🤯 🥳 😬 😳 🥺 😭 😤 😡 🤡 👻 💀',
  Hands: '👎 👌 ✌️ 🤞 🤟 👏 🙌 🙏 💪 👋 🤝 👀 🫡 🤷 🤦 💅',
  Things: '🔥 ✨ ⭐ 💯 ✅ ❌ ❓ ❗ 💡 🚀 🎂 🍕 ☕ 🍻 🌈 🐛 🐢 🦄 🌍 💔 🎯 🏆 📌 ⏰',
};

/** @param {{ onPick: (emoji: string) => Promise<void>, onClose: () => void }} props */
export function EmojiPicker({ onPick, onClose }) {
  const { form, errors, busy, onSubmit } = useForm(async (text) => {
    const emoji = text('emoji').trim();
    // What this browser does not know yet, the server may.
    await onPick(qualified(emoji) ?? emoji);
    onClose();
  });
  const { problem, run } = useAction();
  const pick = async (/** @type {string} */ emoji) => {
    if (await run(() => onPick(emoji))) onClose();
  };
  return html`<${Dialog} title="React" onClose=${onClose}>
    ${Object.entries(GROUPS).map(
      ([name, emojis]) =>
        html`<section class="emoji-group" key=${name} aria-label=${name}>
          ${emojis
            .split(' ')
            .map(
              (emoji) =>
                html`<button type="button" class="emoji" key=${emoji} onClick=${() => pick(emoji)}>
                  ${emoji}
                </button>`,
            )}
        </section>`,
    )}
    <${Problem} text=${problem} />
    <form class="inline" ref=${form} onSubmit=${onSubmit}>
      <${Field}
        label="Any other emoji"
        name="emoji"
        maxlength="32"
        required
        autocomplete="off"
        errors=${errors}
      />
      <button class="primary" disabled=${busy}>React</button>
      <${FormError} errors=${errors} />
    </form>
  <//>`;
}
