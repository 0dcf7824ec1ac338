import { isJsonObject, type JsonObject, type JsonValue } from '../../log/entry.ts';
import { sendToNode } from '../control.ts';
import { LabFolder } from '../lab-folder.ts';
import { UserError } from '../user-error.ts';

/** `onelog send petstore BreakCircuit`: writes `{"command":"BreakCircuit"}` to PetStore's stdin; the answer is in its log. */
export async function send(
  node: string,
  command: string,
  fields: readonly string[],
): Promise<void> {
  const object = command.startsWith('{') ? parseObject(command) : { command };
  const line = JSON.stringify({ ...object, ...Object.fromEntries(fields.map(parseField)) });
  await sendToNode(new LabFolder(process.cwd()).controlSocket, node, line);
}

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // said below
  }
  throw new UserError(`expected a command's name or a JSON object, not ${JSON.stringify(text)}`);
}

/** `ms=200` as a number, `reason=slow` as a text. */
function parseField(text: string): [string, JsonValue] {
  const at = text.indexOf('=');
  if (at < 1) throw new UserError(`expected field=value, not ${JSON.stringify(text)}`);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value) as JsonValue];
  } catch {
    return [text.slice(0, at), value];
  }
}
