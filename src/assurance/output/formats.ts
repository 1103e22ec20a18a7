import { renderGithub } from './github';
import { renderJson } from './json';
import { renderJunit } from './junit';
import { renderMarkdown } from './markdown';
import { renderSarif } from './sarif';
import { renderText } from './text';
import type { Review } from '../findings/review';
import { VERSION } from '../version';

export const FORMATS = ['table', 'json', 'sarif', 'junit', 'markdown', 'github'] as const;
export type Format = (typeof FORMATS)[number];

export interface FormatOptions {
  /** Of the table: every verdict, request and assumption. */
  readonly verbose: boolean;
}

export function render(review: Review, format: Format, { verbose }: FormatOptions): string {
  switch (format) {
    case 'json':
      return renderJson(review);
    case 'sarif':
      return renderSarif(review, VERSION);
    case 'junit':
      return renderJunit(review);
    case 'markdown':
      return renderMarkdown(review);
    case 'github':
      return renderGithub(review);
    case 'table':
      return renderText(review, { verbose });
  }
}
