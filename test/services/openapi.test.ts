import { describe, expect, test } from 'vitest';
import { petStoreApp } from './pet-store-app.ts';

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly { name: string; in: string; required: boolean }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { description: string; content: object }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { schemas: Readonly<Record<string, object>> };
}

const description = async (): Promise<Document> => {
  const { ask } = await petStoreApp();
  return (await ask('GET', '/swagger.json')).body as unknown as Document;
};

describe('the OpenAPI description', () => {
  test('is of version 3.1 and has every route', async () => {
    const { openapi, info, paths } = await description();
    expect(openapi).toBe('3.1.0');
    expect(info).toMatchObject({ title: 'PetStore', version: expect.any(String) });
    const routes = Object.entries(paths).map(([path, of]) => [path, Object.keys(of).sort()]);
    expect(Object.fromEntries(routes)).toEqual({
      '/pets': ['delete', 'get', 'post'],
      '/users/{user}': ['delete', 'put'],
      '/users/{user}/basket': ['delete', 'get', 'post', 'put'],
      '/_reset': ['delete'],
      '/swagger.json': ['get'],
    });
  });

  test('says of every operation what it takes and what it may answer', async () => {
    const { paths } = await description();
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const where = `${method} ${path}`;
        expect(operation.summary, where).not.toBe('');
        expect(Object.keys(operation.responses), where).toContain('400');
        for (const answer of Object.values(operation.responses)) {
          expect(answer, where).toMatchObject({
            description: expect.any(String),
            content: { 'application/json': { schema: expect.any(Object) } },
          });
        }
        const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        expect(operation.parameters?.map(({ name }) => name) ?? [], where).toEqual(named);
      }
    }
  });

  test('has no reference that leads nowhere', async () => {
    const document = await description();
    const references = [
      ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g),
    ];
    expect(references.length).toBeGreaterThan(0);
    for (const [, name] of references)
      expect(Object.keys(document.components.schemas)).toContain(name);
  });

  test('has the rules that requests are checked by', async () => {
    const { components } = await description();
    expect(components.schemas['Pet']).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['name', 'species', 'price'],
      properties: {
        price: { type: 'integer', minimum: 0 },
        species: { enum: expect.arrayContaining(['Cat', 'Rabbit']) },
      },
    });
  });
});
