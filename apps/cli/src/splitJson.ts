/**
 * The events of a JSON document as the texts in which they stand there: one object, or the elements of an array. Nothing is
 * parsed and written again, since that would change numbers that JavaScript cannot hold before the door can refuse them.
 * Returns null for anything else. A text that is broken inside an element is passed on as it is: the door says what is wrong.
 */
export function splitJson(text: string): string[] | null {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return [trimmed];
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return null;
  const elements: string[] = [];
  let depth = 0;
  let start = 1;
  let inString = false;
  for (let index = 1; index < trimmed.length - 1; index++) {
    const character = trimmed[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    else if (character === ',' && depth === 0) {
      elements.push(trimmed.slice(start, index).trim());
      start = index + 1;
    }
  }
  const rest = trimmed.slice(start, -1).trim();
  return rest === '' && elements.length === 0 ? [] : [...elements, rest];
}

/** A JSON text on one line: line breaks in JSON are only ever white space, in strings they are escaped. */
export const onOneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ');
