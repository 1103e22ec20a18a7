import { renderJson } from './json';
import { renderText } from './text';
import type { Review } from '../findings/review';
import type { TemplateInput } from '../template/assembly';

export const FORMATS = ['table', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export interface FormatOptions {
  /** Of the table: every verdict, request and assumption. */
  readonly verbose: boolean;
  /** For the files that findings are in. */
  readonly inputs: readonly TemplateInput[];
}

export function render(review: Review, format: Format, { verbose }: FormatOptions): string {
  switch (format) {
    case 'json':
      return renderJson(review);
    default:
      return renderText(review, { verbose });
  }
}
