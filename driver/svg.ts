import { allowedAnswers } from './allowed.ts';
import type { Model } from './model.ts';
import type { Operation } from './operation.ts';
import type { Finding } from './search.ts';

const LANE_HEIGHT = 44;
const BAR_HEIGHT = 30;
const LEFT = 90;
const TOP = 34;
const EVENT_WIDTH = 64;
/** Longer than this is drawn in part: a picture for people ends somewhere. */
const MAX_OPERATIONS = 2_000;

/**
 * A history as an SVG picture: a lane for each client, a bar for each
 * operation from call to return, numbered in the order found (each partition
 * has its own). What has no number is not in that order; the operation it ended at is red, a pending one
 * is open to the right. Every event has the same width, so that short ones can
 * be read. Each bar's whole text is its tooltip.
 */
export function svg<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  found: readonly Finding<State, Input, Output>[],
): string {
  const stop = found.find(({ stuck }) => stuck !== undefined);
  const stuck = stop?.stuck;
  const shown = history.slice(0, MAX_OPERATIONS);
  const places = [...new Set(shown.flatMap((at) => [at.call, at.return ?? at.call]))]
    .sort((a, b) => a - b)
    .map((at, index) => [at, LEFT + index * EVENT_WIDTH] as const);
  const xOf = new Map(places);
  const right = LEFT + (places.length + 1) * EVENT_WIDTH;
  const clients = [...new Set(shown.map(({ client }) => client))];
  const numbers = new Map(
    found.flatMap(({ linearized }) =>
      linearized.map((operation, index) => [operation, index + 1] as const),
    ),
  );
  const bars = shown.map((operation) => {
    const from = xOf.get(operation.call) ?? LEFT;
    const to = operation.return === undefined ? right : (xOf.get(operation.return) ?? right);
    const y = TOP + clients.indexOf(operation.client) * LANE_HEIGHT;
    const answer =
      operation.return === undefined ? 'no answer' : model.describeOutput(operation.output);
    const number = numbers.get(operation);
    const kind = operation === stuck ? 'stuck' : number === undefined ? 'left' : 'taken';
    const text = `${number === undefined ? '' : `${number}. `}${model.describe(operation.input)} → ${answer}`;
    const note =
      stop !== undefined && operation === stuck
        ? `; possible here: ${allowedAnswers(model, stop)}`
        : '';
    const width = Math.max(to - from, EVENT_WIDTH / 2);
    return (
      `<g class="${kind}"><title>${escaped(text + note)}</title>` +
      `<rect x="${from}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="4"/>` +
      `<svg x="${from}" y="${y}" width="${width}" height="${BAR_HEIGHT}"><text x="6" y="19">${escaped(text)}</text></svg></g>`
    );
  });
  const names = clients.map(
    (client, index) =>
      `<text x="8" y="${TOP + index * LANE_HEIGHT + 19}">client ${escaped(client)}</text>`,
  );
  const left = history.length - shown.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${right + 16}" height="${TOP + clients.length * LANE_HEIGHT + 8}" font-family="sans-serif" font-size="12">
<style>rect{fill:#dbeafe;stroke:#2563eb}.left rect{fill:#f3f4f6;stroke:#9ca3af}.stuck rect{fill:#fee2e2;stroke:#dc2626}</style>
<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>
<text x="8" y="18">${stuck ? 'not linearizable' : 'linearizable'}${left > 0 ? `; ${left} more operations are not drawn` : ''}</text>
${[...names, ...bars].join('\n')}
</svg>
`;
}

const escaped = (text: string): string =>
  text
    .replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll(CONTROL, '�');

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
