/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);

function toText(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escape(String(value));
}

/** A template that escapes each value but HTML. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const [first = '', ...rest] = parts;
  return new Html(rest.reduce((text, part, i) => text + toText(values[i]!) + part, first));
}

/** One line of a description, in which backticks mark code. */
export function prose(text: string): Html {
  const parts = text.split('`');
  return html`${parts.map((part, i) => (i % 2 === 0 ? html`${part}` : html`<code>${part}</code>`))}`;
}

/** A description whose paragraphs are separated by empty lines. */
export const paragraphs = (text: string): Html =>
  html`${text
    .split(/\n\n+/)
    .filter((one) => one !== '')
    .map((one) => html`<p>${prose(one)}</p>`)}`;

/** A table in a box of its own, which scrolls where it is too wide. */
export const table = (head: readonly string[], rows: readonly (readonly Html[])[]): Html =>
  html`<div class="table" tabindex="0" role="region" aria-label="${head.join(', ')}">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
