/**
 * A failure that is told in one sentence, with what a program printed about it where that helps.
 * Anything else that is thrown is a defect of the scripts and keeps its stack.
 */
export class Problem extends Error {
  constructor(message, output = '') {
    super(message);
    this.name = 'Problem';
    this.output = output.trim();
  }
}
