import { isJsonObject, type JsonObject } from '../entry.ts';

/** Places where an object might begin that are tried at most, so that time stays linear. */
const MAX_TRIES = 4;

/** Splits a text that ends with a JSON object, `pet added {"name":"Rex"}`, into both; without one `text` is all of it. */
export function trailingJson(line: string): { text: string; fields?: JsonObject } {
  if (!line.endsWith('}')) return { text: line };
  let at = line.indexOf('{');
  for (let tries = 0; at !== -1 && tries < MAX_TRIES; tries++) {
    const fields = parsedObject(line.slice(at));
    if (fields) return { text: line.slice(0, at).trimEnd(), fields };
    at = line.indexOf('{', at + 1);
  }
  return { text: line };
}

/** An object of at least one field; `{}` is as likely a part of the text. */
function parsedObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && Object.keys(value).length > 0 ? value : undefined;
  } catch {
    return undefined;
  }
}
