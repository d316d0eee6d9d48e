/** The path of the largest script of GraphiQL. @param url of the server, without a path */
export async function largestAsset(url: string): Promise<string> {
  const page = await (await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })).text();
  const paths = [...page.matchAll(/\/graphql\/assets\/[\w-]+\.js/g)].map(([path]) => path);
  const sizes = await Promise.all(paths.map(async (path) => (await (await fetch(url + path)).bytes()).length));
  return paths[sizes.indexOf(Math.max(...sizes))] ?? '';
}
