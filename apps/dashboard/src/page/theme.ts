import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const quay: MantineColorsTuple = ['#e6f5f4', '#cfe9e7', '#a3d4d1', '#74bdba', '#4caaa6', '#2f9691', '#187f7c', '#0b6a6c', '#0b5a5f', '#08474c'];

/** Greys with the page's own blue in them, for fields and menus on a dark ground: from text to the deepest ground. */
const dark: MantineColorsTuple = ['#d5dee7', '#b4c1ce', '#8d9cac', '#5f6e7d', '#364453', '#2a3744', '#18222c', '#131b23', '#0c1218', '#080d12'];

/** Mantine in the page's own colours; what is ours alone has its variables in theme.css. */
export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  primaryColor: 'quay',
  primaryShade: 7,
  autoContrast: true,
  colors: { quay, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Mantine's own grey and red for small text are below WCAG AA on our grounds; ours are not. */
export const mantineVariables: CSSVariablesResolver = () => {
  const own = { '--mantine-color-dimmed': 'var(--ink-3)', '--mantine-color-error': 'var(--bad)', '--mantine-color-placeholder': 'var(--ink-3)' };
  return { variables: {}, light: own, dark: own };
};
