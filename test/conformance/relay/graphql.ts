/** Marks a document for relay-compiler, which reads the sources and never runs them. */
export function graphql(document: TemplateStringsArray): string {
  return document.join('');
}
