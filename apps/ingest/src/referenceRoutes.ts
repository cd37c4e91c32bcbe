import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Logger } from '@quayside/service';
import { EVENT_TYPES, eventSchema } from '@quayside/standards';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { answerRefusal, JSON_TYPE } from './eventsAnswer.js';
import { openApiDocument } from './openApi.js';
import { sendAnswer, sendError } from './problemReply.js';

/** What tells a developer how to send: `/v1/schemas`, `/openapi.json` and the page `/docs`, which loads nothing from outside. Open to everybody. */
export async function addReferenceRoutes(fastify: FastifyInstance, logger: Logger): Promise<void> {
  await fastify.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => sendError(error, { request, reply, logger }));
    addSchemas(scope);
    const document = JSON.stringify(openApiDocument());
    scope.get('/openapi.json', async (_request, reply) => reply.type(JSON_TYPE).send(document));
    addDocs(scope);
  });
}

function addSchemas(scope: FastifyInstance): void {
  const list = EVENT_TYPES.map(({ type, description }) => ({ type, description, href: `/v1/schemas/${type}` }));
  const schemas = new Map(EVENT_TYPES.map(({ type, name }) => [type, JSON.stringify(eventSchema(name))]));
  scope.get('/v1/schemas', async (_request, reply) => reply.type(JSON_TYPE).send(JSON.stringify({ schemas: list })));
  scope.get<{ Params: { type: string } }>('/v1/schemas/:type', async (request, reply) => {
    const schema = schemas.get(request.params.type);
    if (schema !== undefined) return reply.type('application/schema+json; charset=utf-8').send(schema);
    return sendAnswer(
      reply,
      answerRefusal({ code: 'not-found', detail: `there is no schema of this type; /v1/schemas lists those that there are` }, request.id),
    );
  });
}

/** Nothing but what we serve ourselves may be loaded; the page of swagger-ui writes styles into its elements, and its icons are data URLs. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Quayside ingest</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="page"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;
/** validatorUrl null: swagger-ui would otherwise show a badge from swagger.io. */
const START = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null, tryItOutEnabled: true });\n";

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const ASSET_SECONDS = 3_600;

function addDocs(scope: FastifyInstance): void {
  const harden = (reply: FastifyReply): FastifyReply =>
    reply.headers({ 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  scope.get('/docs', async (_request, reply) => harden(reply).type('text/html; charset=utf-8').send(PAGE));
  scope.get('/docs/start.js', async (_request, reply) => harden(reply).type('text/javascript; charset=utf-8').send(START));
  const find = createRequire(import.meta.url).resolve;
  for (const [name, type] of Object.entries(ASSETS)) {
    let bytes: Promise<Buffer> | null = null;
    scope.get(`/docs/${name}`, async (_request, reply) => {
      bytes ??= readFile(find(`swagger-ui-dist/${name}`));
      return harden(reply)
        .type(type)
        .header('cache-control', `max-age=${ASSET_SECONDS}`)
        .send(await bytes);
    });
  }
}
