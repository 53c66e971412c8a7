import { STATUS_CODES } from 'node:http';
import { operationOf, schemaOf, type OpenApi, type Schema } from './openapi.ts';
import type { Step } from './step.ts';

/** Returns the script that tests the response of a step and keeps what later steps use, as lines. */
export function testScript(document: OpenApi, step: Step): string[] {
  const { route, status, code, tests = {}, keep = {}, after = [] } = step;
  const statuses = [status].flat();
  const names = statuses.map((one) => `${one} ${STATUS_CODES[one]}`).join(' or ');
  const [only, other] = statuses.map((one) =>
    schemaOf(document, operationOf(document, route), one),
  );
  const shape = other === undefined ? only : undefined;
  return [
    test(names, `pm.expect(pm.response.code).to.be.oneOf(${JSON.stringify(statuses)})`),
    ...(shape ? ['const body = pm.response.json();', ...shapeTests(shape)] : []),
    ...(code ? [test(`the error is ${code}`, `pm.expect(body.code).to.eql('${code}')`)] : []),
    ...Object.entries(tests).map(([promise, [expression, value]]) =>
      test(promise, `pm.expect(${expression}).to.eql(${literal(value)})`),
    ),
    ...Object.entries(keep).map(
      ([name, expression]) => `pm.collectionVariables.set('${name}', ${expression});`,
    ),
    ...after,
  ];
}

const test = (promise: string, expectation: string) =>
  `pm.test(${JSON.stringify(promise)}, () => ${expectation});`;

/** The fields of an object: all of them, or at least those that are never left out. */
function shapeTests({ type, properties = {}, required = [] }: Schema): string[] {
  if (type === 'array') return [test('it is a list', "pm.expect(body).to.be.an('array')")];
  if (required.length === 0) return [];
  const isWhole = Object.keys(properties).length === required.length;
  const verb = isWhole ? 'have' : 'include';
  return [
    test(
      'the fields are as documented',
      `pm.expect(body).to.${verb}.all.keys(${JSON.stringify(required)})`,
    ),
  ];
}

/** A value in JavaScript; `{{name}}` alone is the variable with its type, within a text it is replaced. */
function literal(value: unknown): string {
  if (value === undefined) return 'undefined';
  const text = JSON.stringify(value);
  const [, name] = /^"\{\{(\w+)\}\}"$/.exec(text) ?? [];
  if (name) return `pm.variables.get('${name}')`;
  return text.includes('{{') ? `pm.variables.replaceIn(${text})` : text;
}
