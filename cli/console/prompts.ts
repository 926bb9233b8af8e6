import type { Choice, Terminal } from '../terminal';
import { helpTopics } from './help-topics';

/** Thrown when the operator leaves an option; runs in AWS continue. */
export class Leave extends Error {
  override readonly name = 'Leave';

  constructor(readonly to: 'menu' | 'exit') {
    super(to);
  }
}

const WORDS = ['help', 'menu', 'exit'];

/** The console's questions: at each, `help` explains terms and comes back, `menu` and `exit` leave (throws Leave). */
export class Prompts {
  constructor(private readonly terminal: Terminal) {}

  /** Lets a row be chosen. */
  async choose<Value>(question: string, choices: Choice<Value>[]): Promise<Value> {
    for (;;) {
      const answer = await this.terminal.choose(question, choices, WORDS);
      if ('value' in answer) return answer.value;
      await this.follow(answer.word);
    }
  }

  /** Lets a text be typed that `problemOf` finds nothing wrong with. */
  async type(question: string, problemOf: (text: string) => string | undefined): Promise<string> {
    for (;;) {
      const typed = await this.terminal.type(question, problemOf, WORDS);
      if (!WORDS.includes(typed)) return typed;
      await this.follow(typed);
    }
  }

  /** Asks for y or n; there is no default, so that pressing Enter once too often is no yes. */
  async confirm(question: string): Promise<boolean> {
    const typed = await this.type(`${question} [y/n]`, (text) =>
      /^(y|yes|n|no)$/i.test(text) ? undefined : 'y or n, please.',
    );
    return /^y/i.test(typed);
  }

  /** Asks for `name`, letter by letter, before something that cannot be taken back; `no` declines. */
  async confirmByName(question: string, name: string): Promise<boolean> {
    const typed = await this.type(`${question} Type ${name} for yes, or no`, (text) =>
      text === name || /^no?$/i.test(text) ? undefined : `That is neither ${name} nor no.`,
    );
    return typed === name;
  }

  say(text: string, tone: 'info' | 'success' | 'warn' | 'error'): void {
    this.terminal.say(text, tone);
  }

  show(title: string, body: string): void {
    this.terminal.show(title, body);
  }

  private async follow(word: string): Promise<void> {
    if (word !== 'help') throw new Leave(word === 'exit' ? 'exit' : 'menu');
    const choices = helpTopics.map((topic) => ({ value: topic, label: topic.title }));
    const answer = await this.terminal.choose('Which term?', choices, ['back', 'menu', 'exit']);
    if ('value' in answer) this.terminal.show(answer.value.title, answer.value.text);
    else if (answer.word !== 'back') throw new Leave(answer.word === 'exit' ? 'exit' : 'menu');
  }
}
