// A panel over sheet and keypad; the list and the top bar stay. Escape closes it, the focus begins at its title.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { slip } from "../desk";
import { t } from "../texts";
import { Icon } from "./icon";

interface Props {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly foot?: ComponentChildren;
}

export function SlipFrame({ title, children, foot }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const opener = useRef<Element | null>(null);
  // With the drawing and not after it: whoever is quick is already typing into a field by then.
  useLayoutEffect(() => {
    opener.current = document.activeElement;
    heading.current?.focus();
  }, []);
  // Whoever works by keyboard or ear goes on from where the panel was opened.
  useEffect(
    () => () => {
      const from = opener.current;
      if (from instanceof HTMLElement && from.isConnected && nobodyFocused()) from.focus({ preventScroll: true });
    },
    [],
  );
  return (
    <section
      class="slip"
      role="dialog"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        slip.value = null;
      }}
    >
      <div class="slip-head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button
          type="button"
          class="button button-quiet square"
          aria-label={t("guard.slip.close")}
          onClick={() => (slip.value = null)}
        >
          <Icon name="x" />
        </button>
      </div>
      <div class="slip-body">{children}</div>
      {foot ? <div class="slip-foot">{foot}</div> : null}
    </section>
  );
}

/** What had the focus has gone, and the page itself has it. */
export function nobodyFocused(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

interface OptionProps {
  readonly icon: string;
  readonly word: string;
  readonly more?: string | undefined;
  readonly pressed?: boolean | undefined;
  readonly onTap: () => void;
}

export function Option({ icon, word, more, pressed, onTap }: OptionProps) {
  return (
    <button type="button" class="option" aria-pressed={pressed} onClick={onTap}>
      <Icon name={icon} />
      <span>
        {word}
        {more ? <small class="soft option-more">{more}</small> : null}
      </span>
    </button>
  );
}
