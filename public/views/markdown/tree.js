// @ts-check
/** @import { Code } from './code.js' */
/** @import { Emphasis } from './emphasis.js' */
/** @import { Line } from './lines.js' */
/** @import { Atom } from './pieces.js' */
import { codePieces } from './code.js';
import { emphasisFinder } from './emphasis.js';
import { breakAfter, breakBefore, linesOf } from './lines.js';
import { mask, merge } from './pieces.js';

/*
 * Markdown as people write it in chats: bold, italic, struck text, code, quotes and lists. Nothing else: what is not
 * one of these stays as typed. A link's text cannot hide where it leads, so `[text](url)` stays, too, with its URL
 * as a link; otherwise a message could show the address of a bank and lead elsewhere.
 *
 * The tree has offsets into the text, and nothing is trimmed or moved. So mentions and links, which are found in the
 * whole text, keep their places, and line breaks and spaces stay.
 */

/**
 * @typedef {{ kind: 'text', start: number, end: number }} Text
 * @typedef {{ kind: 'strong' | 'em' | 'del', start: number, end: number, children: Node[] }} Marked
 * @typedef {{ kind: 'quote', start: number, end: number, children: Node[] }} Quote
 * @typedef {{ marker: string, depth: number, children: Node[] }} Item `marker`: '' for a bullet, or its number
 * @typedef {{ kind: 'list', start: number, end: number, items: Item[] }} List
 * @typedef {Text | Atom | Code | Marked | Quote | List} Node
 */

const QUOTE = /^ {0,3}> (?=.*\S)/;
/** Goes on with a quote that has begun. */
const QUOTE_ON = /^ {0,3}>(?: |(?=\s*$))/;
const ITEM = /^([ \t]*)(?:[-*]|(\d{1,9}[.)]))[ \t](?=[ \t]*\S)/;
const RULE = /^[\s*_-]*$/;
/** Code without marks, as Markdown has it: no list begins here. */
const INDENTED = /^(?: {4}| {0,3}\t)/;
const MAX_DEPTH = 5;

/**
 * Returns a message as a tree.
 *
 * @param {string} text
 * @param {readonly { start: number, end: number }[]} [atoms] links and mentions, in order, which nothing divides
 * @returns {Node[]}
 */
export function parseMarkdown(text, atoms = []) {
  return new Parser(text, atoms).blocks();
}

/**
 * @typedef {{ kind: 'quote' | 'list' | 'plain', start: number, end: number, lines: Line[] }} Block
 */

class Parser {
  #text;
  #masked;
  /** @type {readonly (Code | Atom)[]} */
  #pieces;
  #quotedCode;
  /** The first piece that is not in the tree yet. */
  #next = 0;
  #emphasis = emphasisFinder();
  /** @type {{ start: number, end: number }[]} what begins the lines of a quote or item, in order */
  #prefixes = [];

  /**
   * @param {string} text
   * @param {readonly { start: number, end: number }[]} atoms
   */
  constructor(text, atoms) {
    this.#text = text;
    const code = text.includes('`') || text.includes('~') ? codePieces(text) : [];
    this.#pieces = merge(code, atoms);
    this.#masked = mask(text, this.#pieces);
    this.#quotedCode = new Set(code.filter((one) => one.isQuoted).map(({ start }) => start));
  }

  blocks() {
    /** @type {Node[]} */
    const nodes = [];
    let at = 0;
    for (const block of this.#divide()) {
      if (block.kind === 'plain') continue;
      nodes.push(...this.#inline(at, breakBefore(this.#text, at, block.start)));
      nodes.push(block.kind === 'quote' ? this.#quote(block) : this.#list(block));
      at = breakAfter(this.#text, block.end);
    }
    return [...nodes, ...this.#inline(at, this.#text.length)];
  }

  /** Divides the lines into blocks. */
  #divide() {
    /** @type {Block[]} */
    const blocks = [];
    for (const line of linesOf(this.#masked)) {
      const kind = this.#kindOf(line);
      const last = blocks.at(-1);
      if (last && (kind === last.kind || (kind === 'plain' && goesOn(last.kind, line)))) {
        last.lines.push(line);
        last.end = line.end;
      } else {
        blocks.push({ kind, start: line.start, end: line.end, lines: [line] });
      }
    }
    return blocks;
  }

  /**
   * @param {Line} line
   * @returns {Block['kind']}
   */
  #kindOf({ start, text }) {
    if (QUOTE.test(text) || this.#quotedCode.has(start)) return 'quote';
    return isItem(text) && !INDENTED.test(text) ? 'list' : 'plain';
  }

  /**
   * @param {Block} block
   * @returns {Quote}
   */
  #quote({ start, end, lines }) {
    this.#prefixes = lines.map((line) => prefixOf(line, QUOTE_ON));
    const children = this.#inline(start, end);
    this.#prefixes = [];
    return { kind: 'quote', start, end, children };
  }

  /**
   * @param {Block} block
   * @returns {List}
   */
  #list({ start, end, lines }) {
    /** @type {Item[]} */
    const items = [];
    /** @type {number[]} the indentation of the item and of those that it belongs to */
    const indents = [];
    for (const own of itemsOf(lines)) {
      const [before = '', indent = '', marker = ''] = ITEM.exec(own.first.text) ?? [];
      const width = indent.replaceAll('\t', '    ').length;
      while (width < (indents.at(-1) ?? 0)) indents.pop();
      if (width >= (indents.at(-1) ?? -2) + 2) indents.push(width);
      const depth = Math.min(indents.length, MAX_DEPTH) - 1;
      const space = new RegExp(`^[ \\t]{0,${before.length}}`);
      this.#prefixes = own.rest.map((line) => prefixOf(line, space));
      const last = own.rest.at(-1) ?? own.first;
      items.push({
        marker,
        depth,
        children: this.#inline(own.first.start + before.length, last.end),
      });
    }
    this.#prefixes = [];
    return { kind: 'list', start, end, items };
  }

  /**
   * Returns a part of the text that has no blocks but code. Emphasis stays in its paragraph.
   *
   * @param {number} start
   * @param {number} end
   * @returns {Node[]}
   */
  #inline(start, end) {
    let masked = this.#masked.slice(start, end);
    for (const prefix of this.#prefixes) {
      const [from, to] = [Math.max(prefix.start - start, 0), Math.max(prefix.end - start, 0)];
      masked = masked.slice(0, from) + ' '.repeat(to - from) + masked.slice(to);
    }
    /** @type {Emphasis[]} */
    const emphasis = [];
    let paragraph = -1;
    for (const line of [
      ...linesOf(masked),
      { start: masked.length, end: masked.length, text: '' },
    ]) {
      const isBlank = !/\S/.test(line.text);
      if (!isBlank && paragraph === -1) paragraph = line.start;
      if (!isBlank || paragraph === -1) continue;
      emphasis.push(...this.#emphasis(masked.slice(paragraph, line.start), start + paragraph));
      paragraph = -1;
    }
    return this.#marked(emphasis, start, end);
  }

  /**
   * @param {readonly Emphasis[]} emphasis
   * @param {number} start
   * @param {number} end
   * @returns {Node[]}
   */
  #marked(emphasis, start, end) {
    /** @type {Node[]} */
    const nodes = [];
    let at = start;
    for (const { kind, start: from, end: to, marks, children } of emphasis) {
      nodes.push(...this.#leaves(at, from));
      const inner = this.#marked(children, from + marks, to - marks);
      nodes.push({ kind, start: from, end: to, children: inner });
      at = to;
    }
    return [...nodes, ...this.#leaves(at, end)];
  }

  /**
   * @param {number} start
   * @param {number} end
   * @returns {Node[]}
   */
  #leaves(start, end) {
    /** @type {Node[]} */
    const nodes = [];
    let at = start;
    for (let piece; (piece = this.#pieces[this.#next]) && piece.start < end; this.#next += 1) {
      const isBlock = piece.kind === 'code' && piece.isBlock;
      nodes.push(
        ...this.#texts(at, isBlock ? breakBefore(this.#text, at, piece.start) : piece.start),
        piece,
      );
      at = isBlock ? breakAfter(this.#text, piece.end) : piece.end;
    }
    return [...nodes, ...this.#texts(at, end)];
  }

  /**
   * Returns text without what begins the lines of a quote or item.
   *
   * @param {number} start
   * @param {number} end
   * @returns {Text[]}
   */
  #texts(start, end) {
    /** @type {Text[]} */
    const texts = [];
    let at = start;
    for (const prefix of this.#prefixes) {
      if (prefix.end <= at || prefix.start >= end) continue;
      if (prefix.start > at) texts.push({ kind: 'text', start: at, end: prefix.start });
      at = prefix.end;
    }
    if (at < end) texts.push({ kind: 'text', start: at, end });
    return texts;
  }
}

/** @param {string} text */
const isItem = (text) => ITEM.test(text) && !RULE.test(text);

/**
 * Returns whether a line, plain by itself, belongs to the block before it.
 *
 * @param {Block['kind']} kind
 * @param {Line} line
 */
const goesOn = (kind, { text }) =>
  kind === 'quote' ? QUOTE_ON.test(text) : /^(?: {2}|\t)[ \t]*\S/.test(text) || isItem(text);

/**
 * Divides the lines of a list.
 *
 * @param {readonly Line[]} lines
 */
function itemsOf(lines) {
  /** @type {{ first: Line, rest: Line[] }[]} */
  const items = [];
  for (const line of lines) {
    const item = items.at(-1);
    if (!item || isItem(line.text)) items.push({ first: line, rest: [] });
    else item.rest.push(line);
  }
  return items;
}

/**
 * @param {Line} line
 * @param {RegExp} pattern
 */
const prefixOf = ({ start, text }, pattern) => ({
  start,
  end: start + (pattern.exec(text)?.[0].length ?? 0),
});
