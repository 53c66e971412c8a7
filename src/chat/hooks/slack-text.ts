import { MAX_TEXT } from '../../protocol/limits.ts';
import type { HookMessage } from '../../protocol/incoming-hooks.ts';

/*
 * A payload that was made for an incoming webhook of Slack, as one text. Services write what matters into `text`,
 * `blocks` or `attachments`, each as it likes: all three are shown, and nothing twice. Of the values inside, whatever has
 * another type than Slack's is skipped: an alert must not be lost for a field that nobody reads.
 */

type Json = Readonly<Record<string, unknown>>;

/** The text of a payload; '' where it has none. A text that is too long ends with an ellipsis. */
export function textOfSlack({ text = '', blocks = [], attachments = [] }: HookMessage): string {
  const rest = joined(
    [textOfBlocks(blocks), ...objects(attachments).map(textOfAttachment)],
    '\n\n',
  );
  const plain = textOfMarkup(text);
  // Slack shows it where it cannot show the rest, which often repeats it.
  const isRepeated = plain.split('\n').every((line) => rest.includes(line.trim()));
  const whole = isRepeated && rest !== '' ? rest : joined([plain, rest], '\n\n');
  return cut(whole.replaceAll(UNSTORABLE, ''));
}

/** NUL and lone surrogates, which no message has. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** Cuts to the longest text of a message, in code points. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const characters = [...text];
  if (characters.length <= MAX_TEXT) return text;
  return `${characters
    .slice(0, MAX_TEXT - 1)
    .join('')
    .trimEnd()}…`;
}

/** A legacy attachment: a heading with a link, a text, and fields. */
function textOfAttachment(attachment: Json): string {
  const { title, title_link: link, author_name: author, actions } = attachment;
  const shown = joined([
    markup(attachment['pretext']),
    markup(author),
    heading(string(title), string(link)),
    markup(attachment['text']),
    ...objects(attachment['fields']).map((field) => {
      const [name, value] = [markup(field['title']), markup(field['value'])];
      return name === '' ? value : `**${name}**: ${value}`;
    }),
    textOfBlocks(attachment['blocks']),
    ...objects(actions).map(({ text, url }) => labelled(string(text), string(url))),
    markup(attachment['footer']),
  ]);
  return shown === '' ? markup(attachment['fallback']) : shown;
}

const textOfBlocks = (blocks: unknown): string => joined(objects(blocks).map(textOfBlock));

function textOfBlock(block: Json): string {
  const { type, text } = block;
  switch (type) {
    case 'header':
      return heading(textOf(text), '');
    case 'section':
      return joined([textOf(text), ...objects(block['fields']).map(textOf)]);
    case 'context':
      return joined(objects(block['elements']).map(textOf), ' ');
    case 'actions':
      return joined(
        objects(block['elements']).map((one) => labelled(textOf(one['text']), string(one['url']))),
      );
    case 'image':
      return labelled(markup(block['alt_text']), string(block['image_url']));
    case 'markdown':
      return string(text);
    case 'rich_text':
      return joined(objects(block['elements']).map((part) => textOfRich(part)));
    default:
      return '';
  }
}

/** A part of a rich text: a paragraph, a list, a quote or code, down to its letters. */
function textOfRich(part: Json, depth = 0): string {
  const { type, elements, text, url, name, user_id: user } = part;
  switch (type) {
    case 'text':
      return string(text);
    case 'link':
      return labelled(string(text), string(url));
    case 'emoji':
      return `:${string(name)}:`;
    case 'user':
      return `@${string(user)}`;
    case 'broadcast':
      return `@${string(part['range'])}`;
    default:
      break;
  }
  if (depth > MAX_DEPTH) return '';
  const parts = objects(elements).map((one) => textOfRich(one, depth + 1));
  if (type === 'rich_text_list') return joined(parts.map((item) => `- ${item}`));
  const whole = parts.join('');
  if (type === 'rich_text_preformatted') return `\`\`\`\n${whole}\n\`\`\``;
  return type === 'rich_text_quote' ? `> ${whole.replaceAll('\n', '\n> ')}` : whole;
}

/** Lists in sections in texts; a hostile payload goes deeper. */
const MAX_DEPTH = 4;

/** A text object of Slack, whether it is plain or has marks. */
const textOf = (object: unknown): string => (isObject(object) ? markup(object['text']) : '');

const heading = (title: string, url: string): string =>
  title.trim() === '' ? '' : labelled(`**${textOfMarkup(title).trim()}**`, url);

/** A label and where it leads: a link must not hide that. */
function labelled(label: string, url: string): string {
  if (url === '' || label === url) return label;
  return label === '' ? url : `${label} (${url})`;
}

const markup = (value: unknown): string => textOfMarkup(string(value));

/** What stands in angle brackets: a link, or somebody's or a channel's id, with or without a label. */
const REFERENCE = /<([^<>|\n]{1,2000})(?:\|([^<>\n]{0,2000}))?>/g;
const ESCAPES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** Slack's markup as people read it: bold, italic and code are marked alike, or nearly, so they stay. */
function textOfMarkup(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(REFERENCE, (whole, target: string, label?: string) => {
      if (/^(?:https?|mailto|tel):/i.test(target)) {
        return labelled(label ?? '', target.replace(/^mailto:/i, ''));
      }
      if (/^[@#]\w/.test(target))
        return `${target[0]}${(label ?? target.slice(1)).replace(/^[@#]/, '')}`;
      if (target.startsWith('!date^')) return label ?? '';
      if (target.startsWith('!subteam^')) return label ?? `@${target.slice(9)}`;
      return /^!\w+$/.test(target) ? `@${target.slice(1)}` : whole;
    })
    .replaceAll(/&(?:lt|gt|amp);/g, (escape) => ESCAPES[escape]!);
}

const string = (value: unknown): string => (typeof value === 'string' ? value : '');

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

const joined = (parts: readonly string[], by = '\n'): string =>
  parts.filter((part) => part.trim() !== '').join(by);
