/** A stage for people: "PARTIALLY_SHIPPED" is "Partly shipped". */
export function stageWords(stage: string): string {
  const words = stage.toLowerCase().replaceAll('_', ' ').replace('partially', 'partly');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
