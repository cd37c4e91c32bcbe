import { getArgumentValues, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql';
import type { PreparedOperation } from '../document/documents.js';

/** The one root field of a subscription with its arguments. */
export interface LiveField {
  readonly name: string;
  readonly given: Readonly<Record<string, unknown>>;
  /** Name of the variable that `after` comes from, where it comes from one. */
  readonly afterVariable: string | null;
}

/** Finds the root field (validation has seen to it that there is exactly one), also inside fragments. */
export function liveField(prepared: PreparedOperation): LiveField {
  const node = firstField(prepared.document, prepared.operation.selectionSet);
  const definition = prepared.schema.getSubscriptionType()?.getFields()[node.name.value];
  if (definition === undefined) throw new Error(`Validation let an unknown subscription through: ${node.name.value}`);
  const after = node.arguments?.find(({ name }) => name.value === 'after')?.value;
  return {
    name: node.name.value,
    given: getArgumentValues(definition, node, prepared.variables),
    afterVariable: after?.kind === 'Variable' ? after.name.value : null,
  };
}

function firstField(document: DocumentNode, { selections }: SelectionSetNode): FieldNode {
  const [first] = selections;
  if (first === undefined) throw new Error('A selection set has no selection');
  if (first.kind === 'Field') return first;
  if (first.kind === 'InlineFragment') return firstField(document, first.selectionSet);
  for (const definition of document.definitions) {
    if (definition.kind === 'FragmentDefinition' && definition.name.value === first.name.value) return firstField(document, definition.selectionSet);
  }
  throw new Error(`Validation let an unknown fragment through: ${first.name.value}`);
}
