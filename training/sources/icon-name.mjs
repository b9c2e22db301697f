/** The icon name a concept has in most sets: lower case ASCII words joined by hyphens. */
export function hyphenated(name) {
  const plain = name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  return plain
    .replace(/[\u2018\u2019\u201c\u201d'".!():,]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Stands in concepts.json for an icon named `hyphenated(concept name)`. */
export const SAME_AS_NAME = '=';
