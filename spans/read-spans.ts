import { isJsonObject, type JsonValue } from '../log/entry.ts';
import { isJaegerJson, jaegerSpans } from './read-jaeger.ts';
import { isSpanJson, ndjsonSpan } from './read-ndjson.ts';
import { isOtlpJson, otlpSpans } from './read-otlp.ts';
import type { Span } from './span.ts';

/**
 * The spans in a text of any of the formats that they are written in: one JSON
 * document, or one a line, each of them OTLP, Jaeger's, or a span of ours.
 * Throws a SyntaxError that says where what is none of them, and what came.
 */
export function readSpans(text: string): Span[] {
  const whole = parse(text);
  if (whole !== undefined) return spansOf(whole, 'the file');
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const document = parse(line);
    if (document === undefined) {
      throw new SyntaxError(
        `expected JSON in line ${index + 1}, but got ${JSON.stringify(line.trim().slice(0, 80))}`,
      );
    }
    return spansOf(document, `line ${index + 1}`);
  });
}

function spansOf(document: JsonValue, where: string): Span[] {
  if (Array.isArray(document)) {
    return document.flatMap((item, index) => spansOf(item, `item ${index + 1} of ${where}`));
  }
  try {
    if (isJsonObject(document)) {
      if (isOtlpJson(document)) return otlpSpans(document);
      if (isJaegerJson(document)) return jaegerSpans(document);
      if (isSpanJson(document)) return [ndjsonSpan(document)];
    }
  } catch (error) {
    throw new SyntaxError(`${where}: ${(error as Error).message}`);
  }
  throw new SyntaxError(
    `expected spans as NDJSON (traceId, spanId, …), OTLP JSON (resourceSpans) or Jaeger JSON (data) in ${where}, but got ${seen(document)}`,
  );
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function seen(document: JsonValue): string {
  if (!isJsonObject(document)) return JSON.stringify(document).slice(0, 80);
  const keys = Object.keys(document).slice(0, 6);
  return keys.length === 0 ? '{}' : `an object with ${keys.join(', ')}`;
}
