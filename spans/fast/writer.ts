import { utf8, type Literal } from './literal.ts';

/** Who writes lines: node and instance as they stand in the JSON of a line, without their quotes. */
export interface WriterJson {
  readonly node: string;
  readonly instance: string;
}

/** Who writes lines, and what of that goes into spans. */
export class Writer {
  readonly node: string;
  readonly instance: string;
  /** From a span's links to its lines. */
  readonly resource: Literal;
  /** Of a span's lines, the first and further ones: up to the line's `seq`. */
  readonly firstLine: Literal;
  readonly nextLine: Literal;
  /** From an event's name to the `seq` of its line. */
  readonly eventLine: Literal;

  constructor({ node, instance }: WriterJson) {
    this.node = JSON.parse(`"${node}"`) as string;
    this.instance = JSON.parse(`"${instance}"`) as string;
    this.resource = utf8(
      `,"resource":{"service.name":"${node}","service.instance.id":"${instance}"},"lines":[`,
    );
    this.firstLine = utf8(`{"instance":"${instance}","seq":`);
    this.nextLine = utf8(`},{"instance":"${instance}","seq":`);
    this.eventLine = utf8(`","attributes":{"one_log.line":"${instance}#`);
  }
}
