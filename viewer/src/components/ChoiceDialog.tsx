/**
 * A dialog with one field and the choices that what stands in it leaves: typing narrows, arrows go through them, Enter
 * takes one, Escape closes, and the focus returns to where it was.
 */
import "../styles/choices.css";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

/** `key`: a key that does the same; `mark`: a quiet word at its end. */
export type Option = { id: string; title: string; note?: string; key?: string | null; mark?: string };
export type OptionGroup = { title: string; options: readonly Option[] };

type Props = {
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  groups: readonly OptionGroup[];
  said: string; // how many there are, or why there are none
  onChoose: (id: string) => void;
  onClose: () => void;
  children?: ReactNode;
};

const MOST = 1000; // characters

export function ChoiceDialog(props: Props) {
  const { label, placeholder, text, onText, groups, said, onChoose, onClose, children } = props;
  const id = useId();
  const dialog = useDialog();
  const options = groups.flatMap((group) => group.options);
  const [wanted, setWanted] = useState<string | null>(null);
  const place = Math.max(
    0,
    options.findIndex((option) => option.id === wanted),
  );
  const active = options[place];
  const close = () => {
    dialog.current?.close();
    onClose();
  };
  const choose = (option: Option | undefined) => {
    if (!option) return;
    close(); // first, so that the choice may move the focus
    onChoose(option.id);
  };
  const step = (by: 1 | -1) => {
    const to = options[(place + by + options.length) % options.length];
    setWanted(to?.id ?? null);
    if (to) document.getElementById(`${id}-${to.id}`)?.scrollIntoView({ block: "nearest" });
  };
  const pressed = (event: KeyboardEvent) => {
    const act = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => choose(active) }[event.key];
    if (!act || event.nativeEvent.isComposing) return;
    event.preventDefault();
    act();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a key that closes it is Escape, the dialog's own
    <dialog
      ref={dialog}
      className="choices"
      aria-labelledby={`${id}-label`}
      onClose={() => dialog.current?.open || onClose()}
      onClick={(event) => event.target === event.currentTarget && close()} // beside the content: the backdrop
    >
      <div>
        <header>
          <label id={`${id}-label`} htmlFor={`${id}-field`}>
            {label}
          </label>
          <button type="button" onClick={close}>
            Close
          </button>
        </header>
        <input
          id={`${id}-field`}
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active && `${id}-${active.id}`}
          autoComplete="off"
          spellCheck={false}
          maxLength={MOST}
          placeholder={placeholder}
          value={text}
          onChange={({ target }) => {
            setWanted(null);
            onText(target.value);
          }}
          onKeyDown={pressed}
        />
        <OptionList {...{ id, label, groups, active }} onChoose={choose} />
        <p className="note" role="status">
          {said}
        </p>
        {children}
      </div>
    </dialog>
  );
}

/** Open while its owner is drawn; closing gives the focus back. */
function useDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector("input")?.focus(); // not the button before it
    return () => shown?.close();
  }, []);
  return dialog;
}

type ListProps = {
  id: string;
  label: string;
  groups: readonly OptionGroup[];
  active: Option | undefined;
  onChoose: (option: Option) => void;
};

function OptionList({ id, label, groups, active, onChoose }: ListProps) {
  return (
    <div role="listbox" id={`${id}-list`} aria-label={label}>
      {groups.map(
        ({ title, options }, place) =>
          options.length > 0 && (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset holds no options
            <div role="group" key={title} aria-labelledby={`${id}-group-${place}`}>
              <p id={`${id}-group-${place}`} role="presentation">
                {title}
              </p>
              {options.map((option) => (
                <OptionRow
                  key={option.id}
                  id={`${id}-${option.id}`}
                  {...{ option }}
                  chosen={option === active}
                  onChoose={() => onChoose(option)}
                />
              ))}
            </div>
          ),
      )}
    </div>
  );
}

type RowProps = { id: string; option: Option; chosen: boolean; onChoose: () => void };

function OptionRow({ id, option: { title, note, key, mark }, chosen, onChoose }: RowProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field does it
    <div
      role="option"
      id={id}
      aria-selected={chosen}
      onMouseDown={(event) => event.preventDefault()} // the focus stays in the field
      onClick={onChoose}
    >
      <span dir="auto">{title}</span>
      {note && (
        <span className="note" dir="auto">
          {note}
        </span>
      )}
      {mark && <span className="mark">{mark}</span>}
      {key && <kbd>{key.replace("Ctrl k", "Ctrl K")}</kbd>}
    </div>
  );
}
