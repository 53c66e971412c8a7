import type { Folder } from '../step.ts';

export const documents: Folder = {
  name: '12 Documents and metrics',
  description:
    'What the server says about itself. The descriptions of this collection, and the fields that its tests expect, are ' +
    'those of the OpenAPI document.',
  steps: [
    {
      name: 'The OpenAPI document',
      route: 'GET /docs/json',
      status: 200,
      tests: {
        'it is OpenAPI 3.1': ["body.openapi.startsWith('3.1.')", true],
        'it describes this request': ["'/docs/json' in body.paths", true],
      },
    },
    {
      name: 'The same as YAML',
      route: 'GET /docs/yaml',
      status: 200,
      tests: {
        'it is OpenAPI 3.1': [String.raw`/^openapi: "?3\.1\./m.test(pm.response.text())`, true],
      },
    },
    {
      name: 'Its page (Swagger UI)',
      route: 'GET /docs',
      status: 200,
      tests: { 'it is a page': ["pm.response.text().includes('swagger-ui')", true] },
    },
    {
      name: 'The AsyncAPI document',
      route: 'GET /docs/asyncapi.json',
      note: 'The WebSocket and the event stream.',
      status: 200,
      tests: { 'it is AsyncAPI 3': ["body.asyncapi.startsWith('3.')", true] },
    },
    {
      name: 'Its page',
      route: 'GET /docs/asyncapi',
      status: 200,
      tests: { 'it is a page': ["pm.response.text().includes('<h1')", true] },
    },
    {
      name: 'The metrics',
      route: 'GET /metrics',
      as: 'metrics',
      note:
        'Open where the server listens on a loopback address only, as by default. Elsewhere it is 404, unless the server ' +
        'has `METRICS_TOKEN`; put the same into `metricsToken` of the environment.',
      status: [200, 404],
    },
  ],
};
