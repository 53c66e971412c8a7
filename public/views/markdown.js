// @ts-check
/** @import { ComponentChildren } from 'preact' */
/** @import { Node } from './markdown/tree.js' */
/** @import { Atom } from './text.js' */
import { useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/translate.js';
import { hasMarkup, markupParser } from '../state/markup.js';
import { copyText } from './clipboard.js';
import { html } from './html.js';
import { atomElement, atomsIn } from './text.js';

/**
 * A user's text with its markdown, links and mentions, as elements; no part of it is ever read as HTML. It is parsed
 * once for as long as the text and the names stay the same.
 *
 * @param {{ text: string, mentioned?: { name: string, self: boolean }[] }} props
 */
export function Markdown({ text, mentioned = [] }) {
  const names = mentioned.map(({ name, self }) => `${self}${name}`).join('\n');
  const parse = hasMarkup(text) ? markupParser() : null;
  return useMemo(() => {
    const atoms = atomsIn(text, mentioned);
    const nodes = parse?.(text, atoms);
    return nodes
      ? html`<${Nodes} nodes=${nodes} text=${text} atoms=${atoms} />`
      : withAtoms(text, atoms);
  }, [text, names, parse]);
}

/**
 * Returns a text without markdown, or as typed.
 *
 * @param {string} text
 * @param {readonly Atom[]} atoms
 * @returns {ComponentChildren}
 */
function withAtoms(text, atoms) {
  let at = 0;
  const parts = atoms.flatMap((atom) => {
    const before = text.slice(at, atom.start);
    at = atom.end;
    return [before, atomElement(text, atom)];
  });
  return [...parts, text.slice(at)];
}

/**
 * @param {{ nodes: Node[], text: string, atoms: Atom[] }} props
 * @returns {ComponentChildren}
 */
function Nodes({ nodes, text, atoms }) {
  const inner = (/** @type {Node[]} */ children) =>
    html`<${Nodes} nodes=${children} text=${text} atoms=${atoms} />`;
  return nodes.map((node) => {
    switch (node.kind) {
      case 'text':
        return text.slice(node.start, node.end);
      case 'atom':
        return atomElement(
          text,
          /** @type {Atom} */ (atoms.find(({ start }) => start === node.start)),
        );
      case 'code':
        return node.isBlock
          ? html`<${CodeBlock} code=${node.code} language=${node.language} />`
          : html`<code>${node.code}</code>`;
      case 'strong':
        return html`<strong>${inner(node.children)}</strong>`;
      case 'em':
        return html`<em>${inner(node.children)}</em>`;
      case 'del':
        return html`<del>${inner(node.children)}</del>`;
      case 'quote':
        return html`<blockquote>${inner(node.children)}</blockquote>`;
      case 'list':
        // The numbers are text, as typed. So a copy has them, too, and "3." does not become "1.".
        return html`<ul role="list">
          ${node.items.map(
            ({ marker, depth, children }) =>
              html`<li data-depth=${depth}>
                <span class="marker">${marker || '•'} </span>${inner(children)}
              </li>`,
          )}
        </ul>`;
    }
  });
}

const SHOWN_MS = 2_000;

/** @param {{ code: string, language: string }} props */
function CodeBlock({ code, language }) {
  const block = useRef(/** @type {HTMLElement | null} */ (null));
  const [said, setSaid] = useState('');
  async function copy() {
    setSaid((await copyText(code, block.current)) ? t('code.copied') : t('code.notCopied'));
    setTimeout(() => setSaid(''), SHOWN_MS);
  }
  return html`<div class="code-block">
    <div class="code-bar">
      <span class="language">${language}</span>
      <span aria-live="polite">${said}</span>
      <button type="button" class="quiet" onClick=${copy}>${t('code.copy')}</button>
    </div>
    <pre
      ref=${block}
      dir="ltr"
      tabindex="0"
      role="group"
      aria-label=${language ? t('code.blockIn', { language }) : t('code.block')}
    ><code>${code}</code></pre>
  </div>`;
}
