import { isList, isObject, type Json, type JsonObject } from './value';

/** Macros that are known: their effect is documented, and touches nothing that is judged. */
const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';
const SERVERLESS = 'AWS::Serverless-2016-10-31';

/** What the `Transform` section of a template may do to it. */
export interface Macros {
  readonly languageExtensions: boolean;
  readonly serverless: boolean;
  /** Names of macros that may change anything. */
  readonly unknown: readonly string[];
}

export function macrosOf(template: JsonObject): Macros {
  const { Transform = [] } = template;
  const declared = isList(Transform) ? Transform : [Transform];
  const names = declared.map((each) => (isObject(each) ? String(each.Name) : String(each)));
  const atTop = template['Fn::Transform'] === undefined ? [] : [nameOf(template['Fn::Transform'])];
  const inResources =
    isObject(template.Resources) && template.Resources['Fn::Transform'] !== undefined
      ? [nameOf(template.Resources['Fn::Transform'])]
      : [];
  return {
    languageExtensions: names.includes(LANGUAGE_EXTENSIONS),
    serverless: names.includes(SERVERLESS),
    unknown: [...names.filter((name) => name !== LANGUAGE_EXTENSIONS && name !== SERVERLESS), ...atTop, ...inResources],
  };
}

/** The macro that may change this object: it stands among its keys. */
export function macroIn(object: JsonObject): string | undefined {
  return object['Fn::Transform'] === undefined ? undefined : nameOf(object['Fn::Transform']);
}

function nameOf(transform: Json): string {
  const [first] = isList(transform) ? transform : [transform];
  return isObject(first) && typeof first.Name === 'string' ? first.Name : 'Fn::Transform';
}
