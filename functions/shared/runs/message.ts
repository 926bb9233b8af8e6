/** A command that a message tells the operator to type. */
export interface Step {
  label: 'Next' | 'Yes' | 'No';
  command: string;
}

/** A part of a message: text of one line or more, or a step. */
export type MessagePart = string | Step;

/** The message as a mail has it. */
export function textOf(message: readonly MessagePart[]): string {
  return message
    .map((part) => (typeof part === 'string' ? part : `${`${part.label}:`.padEnd(4)} ${part.command}`))
    .join('\n');
}
