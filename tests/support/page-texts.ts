import { readdirSync, readFileSync } from 'node:fs';
import { parseAst } from 'vitest/node';

/* What the sources of the page say in words, and which texts of the catalogues they use. */

const PUBLIC = new URL('../../public/', import.meta.url);

/** Attributes and properties of components whose text people see or hear. */
const SPOKEN = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'hint',
  'label',
  'placeholder',
  'text',
  'title',
]);

const WORD = /\p{L}{2}/u;
const SENTENCE = /^\p{Lu}\p{Ll}*[ ,].*\p{L}{2}/u;

/** A node of the syntax tree, as far as this looks into it. */
export interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}

/** One use of a text: `t(key, values)`. */
export interface Use {
  readonly where: string;
  readonly keys: string[];
  /** The names of its values; null where they are not written out. */
  readonly values: string[] | null;
}

/** The scripts of the page, without those that are served from node_modules, and without the catalogues. */
export function pageScripts(): { file: string; tree: Node }[] {
  return readdirSync(PUBLIC, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.js') && !/^(?:vendor|i18n\/[a-z]{2}\.js$)/.test(file))
    .map((file) => ({
      file,
      tree: parseAst(readFileSync(new URL(file, PUBLIC), 'utf8')) as unknown as Node,
    }));
}

/** Visits a node and everything within it, with what surrounds each. */
export function walk(node: Node, visit: (node: Node, parent: Node | null) => void): void {
  const step = (one: Node, parent: Node | null) => {
    visit(one, parent);
    for (const value of Object.values(one))
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) step(child, one);
  };
  step(node, null);
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

export const stringOf = ({ type, value }: Node): string | null =>
  type === 'Literal' && typeof value === 'string' ? value : null;

/** What a template literal begins with; empty for other nodes. */
export function beginningOf({ type, quasis }: Node): string {
  if (type !== 'TemplateLiteral') return '';
  return ((quasis as Node[])[0]!['value'] as { raw: string }).raw;
}

/** Words in the templates of a script, and sentences anywhere in it, that come from no catalogue. */
export function hardCoded(tree: Node): string[] {
  const found: string[] = [];
  walk(tree, (node) => {
    if (node.type === 'TaggedTemplateExpression' && (node['tag'] as Node)['name'] === 'html')
      found.push(...wordsOfTemplate(node['quasi'] as Node));
    if (SENTENCE.test(stringOf(node) ?? '')) found.push(stringOf(node)!);
  });
  return found.map((text) => text.replaceAll(/\s+/g, ' ').trim());
}

/** Follows the markup of a template through its literal parts, to tell what each value in it is for. */
function wordsOfTemplate(template: Node): string[] {
  const found: string[] = [];
  const expressions = template['expressions'] as Node[];
  let state: 'text' | 'tag' | 'quoted' = 'text';
  let attribute = '';
  let word = '';
  const take = () => {
    if (WORD.test(word) && (state === 'text' || SPOKEN.has(attribute))) found.push(word);
    word = '';
  };
  for (const [index, part] of (template['quasis'] as Node[]).entries()) {
    for (const char of (part['value'] as { raw: string }).raw) {
      if (state === 'text' && char === '<') {
        take();
        state = 'tag';
      } else if (state === 'tag' && char === '>') {
        word = '';
        state = 'text';
      } else if (state === 'tag' && char === '"') {
        state = 'quoted';
      } else if (state === 'quoted' && char === '"') {
        take();
        state = 'tag';
      } else if (state === 'tag' && char === '=') {
        attribute = word;
        word = '';
      } else if (state === 'tag' && /\s/.test(char)) {
        word = attribute = '';
      } else word += char;
    }
    const expression = expressions[index];
    const isSpoken = state === 'text' || SPOKEN.has(attribute);
    if (expression && isSpoken)
      found.push(...outcomes(expression).filter((text) => WORD.test(text)));
  }
  take();
  return found;
}

/** The literal texts that an expression may result in. */
function outcomes(node: Node): string[] {
  const within = (...names: string[]) => names.flatMap((name) => outcomes(node[name] as Node));
  switch (node.type) {
    case 'Literal':
      return [stringOf(node) ?? ''];
    case 'TemplateLiteral': {
      const parts = (node['quasis'] as Node[]).map(({ value }) => (value as { raw: string }).raw);
      return [...parts, ...(node['expressions'] as Node[]).flatMap(outcomes)];
    }
    case 'ConditionalExpression':
      return within('consequent', 'alternate');
    case 'LogicalExpression':
      return node['operator'] === '&&' ? within('right') : within('left', 'right');
    case 'BinaryExpression':
      return node['operator'] === '+' ? within('left', 'right') : [];
    default:
      return [];
  }
}

/** The calls of `t` and `tParts` in a script. */
export function usesIn(file: string, tree: Node): Use[] {
  const uses: Use[] = [];
  walk(tree, (node) => {
    const { name } = (node['callee'] ?? {}) as { name?: string };
    if (node.type !== 'CallExpression' || (name !== 't' && name !== 'tParts')) return;
    const [key, values] = node['arguments'] as Node[];
    const properties = (values?.['properties'] ?? []) as Node[];
    const isWrittenOut = !values || values.type === 'ObjectExpression';
    uses.push({
      where: file,
      keys: key ? outcomes(key).filter((one) => /^\w+\.\w+$/.test(one)) : [],
      values: isWrittenOut
        ? properties.map((property) => String((property['key'] as Node)['name']))
        : null,
    });
  });
  return uses;
}
