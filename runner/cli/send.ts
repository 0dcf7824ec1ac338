import type { Command } from 'commander';

export function declareSend(program: Command): void {
  program
    .command('send')
    .description("write a command to a node's stdin, such as: onelog send petstore BreakCircuit")
    .argument('<node>', 'a node of the lab that runs in this folder')
    .argument('<command>', 'its name, or a whole JSON object')
    .argument('[field=value...]', 'its fields: ms=200')
    .action(async (node, command, fields) =>
      (await import('../commands/send.ts')).send(node, command, fields),
    );
}
