import { Button } from '@mantine/core';
import { csvText } from './csvText.js';
import { Icon } from './Icon.js';

interface CsvButtonProps {
  /** Without its ending; the day is added. */
  readonly fileName: string;
  readonly columns: readonly string[];
  /** Asked when clicked: what is filtered then. */
  readonly rows: () => readonly (readonly (string | number)[])[];
}

/** Downloads what is filtered as a CSV file that a spreadsheet opens without running anything in it. */
export function CsvButton({ fileName, columns, rows }: CsvButtonProps) {
  const download = (): void => {
    // The mark in front tells spreadsheets that it is UTF-8.
    const url = URL.createObjectURL(new Blob(['\uFEFF', csvText(columns, rows())], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${fileName}-${new Date().toISOString().slice(0, 10)}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button size="xs" variant="default" leftSection={<Icon name="download" size={14} />} onClick={download} title="Download what is filtered" data-testid="csv">
      CSV
    </Button>
  );
}
