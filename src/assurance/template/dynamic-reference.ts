import { unknown } from './unknown';

/**
 * The text with its dynamic references as unknown values: CloudFormation fetches them when it deploys.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export function openReferences(text: string, stack: string): string {
  if (!text.includes('{{resolve:')) return text;
  return text.replace(/\{\{resolve:[^}]*\}\}/g, (reference) => unknown(`${reference.slice(2, -2)} in ${stack}`));
}
