/** A template that cannot be understood: never a verdict. */
export class TemplateError extends Error {
  public constructor(place: string, problem: string) {
    super(`${place} ${problem}`);
    this.name = 'TemplateError';
  }
}
