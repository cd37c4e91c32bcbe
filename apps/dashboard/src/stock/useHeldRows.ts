import { useEffect, useState } from 'react';

/** Rows are held while somebody points at the grid, moves in it by keyboard, or edits; a pointer that leaves lets them go. */
export function useHeldRows(isEditing: boolean, onHeld: (isHeld: boolean) => void) {
  const [isPointed, setPointed] = useState(false);
  const [isKeyed, setKeyed] = useState(false);
  const isHeld = isPointed || isKeyed || isEditing;
  useEffect(() => onHeld(isHeld), [isHeld, onHeld]);
  return {
    holdByKeyboard: () => setKeyed(true),
    handlers: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => {
        setPointed(false);
        setKeyed(false);
      },
      onBlur: () => setKeyed(false),
    },
  };
}
