/** The product's mark: cargo on a quay; the same drawing as public/favicon.svg. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b5f66" />
      <path d="M8 7h7v6H8zM17 7h7v6h-7zM17 14.500h7v4h-7zM8 14.500h7v4H8z" fill="#fff" fillOpacity=".95" />
      <path
        d="M4 24c2 0 2 1.6 4 1.600S10 24 12 24s2 1.6 4 1.600S18 24 20 24s2 1.6 4 1.600S26 24 28 24"
        fill="none"
        stroke="#7fe0d6"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
    </svg>
  );
}
