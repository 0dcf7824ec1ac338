import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { Route } from '../api.ts';

/** OpenAPI 3.1 of `routes`, from the schemas that check their requests. */
export function openApi(routes: readonly Route[]): object {
  const registry = new OpenAPIRegistry();
  for (const { method, path, summary, params, body, answers } of routes) {
    registry.registerPath({
      method,
      path: path.replaceAll(/:(\w+)/g, '{$1}'),
      summary,
      request: {
        ...(params instanceof z.ZodObject && { params }),
        ...(body !== undefined && { body: { ...json(body), required: true } }),
      },
      responses: Object.fromEntries(
        Object.entries(answers).map(([status, { schema, meaning }]) => [
          status,
          { description: meaning, ...json(schema) },
        ]),
      ),
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'PetStore',
      version: '1',
      description: 'An event-sourced store of pets. Prices and amounts are in cents.',
    },
  });
}

const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } });
