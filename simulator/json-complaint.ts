const EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/**
 * Why a text is no JSON, in the words of Jackson, which reads it for most of AWS: recordings of EventBridge, Step Functions
 * and Amazon SNS have these. Without the place, which each service writes in its own way.
 */
export function jsonComplaint(text: string): string {
  try {
    new Reader(text).document();
  } catch (error) {
    return (error as Error).message;
  }
  return 'Unexpected end-of-input';
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): void {
    this.value();
    if (this.next() !== '') throw this.unexpected(`expected a valid value ${EXPECTED}`);
  }

  private value(): void {
    const first = this.next();
    if (first === '{') this.entries('}', 'Object', () => this.field());
    else if (first === '[') this.entries(']', 'Array', () => this.value());
    else if (first === '"') this.string();
    else this.word();
  }

  private word(): void {
    const word = this.take(/[A-Za-z_$][\w$]*/y);
    if (word !== '' && !['true', 'false', 'null'].includes(word))
      throw new Error(`Unrecognized token '${word}': was expecting ${EXPECTED}`);
    if (word === '' && this.take(/-?\d+(\.\d+)?([eE][+-]?\d+)?/y) === '')
      throw this.unexpected(`expected a valid value ${EXPECTED}`);
  }

  private field(): void {
    if (this.next() !== '"') throw this.unexpected('was expecting double-quote to start field name');
    this.string();
    if (this.next() !== ':') throw this.unexpected('was expecting a colon to separate field name and value');
    this.at += 1;
    this.value();
  }

  private entries(end: string, kind: string, entry: () => void): void {
    this.at += 1;
    if (this.next() === end) {
      this.at += 1;
      return;
    }
    for (;;) {
      entry();
      const after = this.next();
      if (after !== end && after !== ',') throw this.unexpected(`was expecting comma to separate ${kind} entries`);
      this.at += 1;
      if (after === end) return;
    }
  }

  private string(): void {
    if (this.take(/"(?:[^"\\]|\\.)*"/sy) === '')
      throw new Error('Unexpected end-of-input: was expecting closing quote for a string value');
  }

  /** The next character that is no white space; empty at the end. */
  private next(): string {
    this.take(/\s*/y);
    return this.text.charAt(this.at);
  }

  private take(form: RegExp): string {
    form.lastIndex = this.at;
    const [taken = ''] = form.exec(this.text) ?? [];
    this.at += taken.length;
    return taken;
  }

  private unexpected(what: string): Error {
    const character = this.text.charAt(this.at);
    if (character === '') return new Error('Unexpected end-of-input');
    return new Error(`Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${what}`);
  }
}
